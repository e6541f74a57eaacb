import type { Clock } from "./clock.ts";
import { type Data, dataFrom, numberFrom } from "./data.ts";
import { type Fault, ownFault } from "./fault.ts";
import type { Wire } from "./host.ts";
import type { Reply } from "./link.ts";
import type { Incoming } from "./message.ts";
import type { Session } from "./session.ts";

type AnswerTaker = (answer: Data, incoming: Incoming | undefined) => void;
type StreamTaker = (call: Data, incoming: Incoming) => void;

const nobody: Reply = { resolve() {}, reject() {} };

/** The connection at hand, for those who use it, and who takes what comes by it. */
export class ClientWire implements Wire {
  /** Who takes streams, if anybody does. */
  streams: StreamTaker | undefined;
  #calls = 0;
  readonly #answers = new Map<number, AnswerTaker>();
  readonly #cuts = new Set<(fault: Fault) => void>();

  readonly #session: Session;
  readonly #tell: (fault: Fault) => void;

  constructor(
    readonly clock: Clock,
    session: Session,
    tell: (fault: Fault) => void,
  ) {
    this.#session = session;
    this.#tell = tell;
  }

  get reason(): Fault | undefined {
    return this.#session.reason;
  }

  get sid(): number | undefined {
    return this.#session.sid;
  }

  get connected(): boolean {
    return this.#session.link !== undefined;
  }

  control(body: string, reply = nobody, bytes?: Uint8Array): void {
    const { link } = this.#session;
    if (link) link.request(body, bytes, reply);
    else reply.reject(this.reason ?? ownFault("unknown"), true);
  }

  refuse(toS: number, id: unknown): void {
    const { code, message } = ownFault("no-handler");
    this.control(JSON.stringify({ toS, $answer: { id, fault: { code, message } } }));
  }

  // A field, so that it can be handed on as it is. Whoever gave up himself need not be told.
  readonly fault = (fault: Fault): void => {
    if (fault.code !== "aborted") this.#tell(fault);
  };

  limit(name: string): number {
    return numberFrom(dataFrom(this.#session.hello.limits)[name]) ?? 0;
  }

  nextCall(): number {
    return ++this.#calls;
  }

  takeAnswers(id: number, taker?: AnswerTaker): void {
    if (taker) this.#answers.set(id, taker);
    else this.#answers.delete(id);
  }

  /** An answer has come, from whoever was asked or from the server. */
  answered(answer: Data, incoming?: Incoming): void {
    if (typeof answer.id === "number") this.#answers.get(answer.id)?.(answer, incoming);
  }

  takeStreams(taker: StreamTaker): () => void {
    this.streams = taker;
    return () => {
      if (this.streams === taker) this.streams = undefined;
    };
  }

  onCut(listener: (fault: Fault) => void): () => void {
    this.#cuts.add(listener);
    return () => this.#cuts.delete(listener);
  }

  cut(fault: Fault): void {
    for (const listener of [...this.#cuts]) listener(fault);
  }
}
