import type { Clock } from "./clock.ts";
import type { Data } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Reply } from "./link.ts";
import type { Incoming } from "./message.ts";

/** What the parts of a client need of the whole. */
export interface Host {
  readonly clock: Clock;
  /** Set once the client is closed: why. */
  readonly reason: Fault | undefined;
  readonly sid: number | undefined;
  /** Logged in now. */
  readonly connected: boolean;
  /** A frame, as JSON, that dies with this connection; without one it is rejected as cut. */
  control(body: string, reply?: Reply, bytes?: Uint8Array): void;
  /** Answers a call that nobody here takes. */
  refuse(sid: number, id: unknown): void;
  /** A failure that nobody else is told of. */
  readonly fault: (fault: Fault) => void;
}

/** What makes streams possible outside of the core; not for applications. */
export interface Wire extends Host {
  /** A limit the server told, in its own unit; 0 is none. */
  limit(name: string): number;
  nextCall(): number;
  /** Takes the answers to a call of that id until it is called again without a taker. */
  takeAnswers(id: number, taker?: (answer: Data, incoming: Incoming | undefined) => void): void;
  /** Takes calls that are streams: their opening, their data and their end. */
  takeStreams(taker: (call: Data, incoming: Incoming) => void): () => void;
  /** Called at every cut. */
  onCut(listener: (fault: Fault) => void): () => void;
}
