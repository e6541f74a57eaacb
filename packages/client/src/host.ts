import type { Clock } from "./clock.ts";
import type { Data } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Link, Reply } from "./link.ts";
import type { Incoming } from "./message.ts";

/** Sends and asks that a cut has ended, by what becomes of them. */
export interface Counts {
  unknown: number;
  repeated: number;
}

/** Something that must know when the connection comes and goes. */
export interface Part {
  /** Logged in, for the first time or again. */
  up?(link: Link): void;
  /** Cut, after it was up. */
  down?(counts: Counts): void;
  /** The client is closed: nothing will be sent any more. */
  stop?(fault: Fault): void;
}

export type CallTaker = (call: Data, incoming: Incoming) => void;
export type AnswerTaker = (answer: Data, incoming: Incoming | undefined) => void;

/** The client as its parts see it; what makes streams and others possible outside of the core. Not for applications. */
export interface Wire {
  readonly clock: Clock;
  /** Set once the client is closed: why. */
  readonly reason: Fault | undefined;
  readonly sid: number | undefined;
  /** Set while logged in. */
  readonly link: Link | undefined;
  readonly parts: Set<Part>;
  /** Who takes the answers to a call, by its id. */
  readonly answers: Map<number, AnswerTaker>;
  /** Who answers questions, if anybody does. */
  asked: CallTaker | undefined;
  /** Who takes streams: their opening, their data and their end. */
  streamed: CallTaker | undefined;
  /** Who watches names. */
  watched: ((frame: Data) => void) | undefined;
  /** Ids given to calls so far: count it up for the next. */
  calls: number;
  /** A limit the server told, in its own unit; 0 is none. */
  limit(name: string): number;
  /** A frame that dies with this connection; without one it is refused as cut. */
  control(frame: Data, reply?: Reply, bytes?: Uint8Array): void;
  /** Answers a call that nobody here takes. */
  refuse(sid: number, id: unknown): void;
  emit(type: "online" | "offline", name: string): void;
  /** Tells of a failure that nobody awaits. */
  readonly fault: (fault: Fault) => void;
}
