import { ownFault } from "./fault.ts";
import { type Data, numberFrom } from "./json.ts";
import type { Incoming } from "./message.ts";
import type { Session } from "./session.ts";

export type CallListener = (call: Data, incoming: Incoming) => void;
export type AnswerListener = (answer: Data, incoming: Incoming | undefined) => void;

/** Leads what is called and answered, streams included, to whom it concerns. */
export class CallRouter {
  /** Who takes the answers to a call of this client, by its id. */
  readonly answers = new Map<number, AnswerListener>();
  /** Runs the handlers of calls that are no streams. */
  onCall: CallListener | undefined;
  /** Takes streams: their opening, their data and their end. */
  onStream: CallListener | undefined;
  readonly #session: Session;
  #lastId = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  nextId(): number {
    return ++this.#lastId;
  }

  answered(answer: Data, incoming: Incoming | undefined): void {
    this.answers.get(numberFrom(answer.id) ?? -1)?.(answer, incoming);
  }

  called(call: Data, incoming: Incoming): void {
    const continues = "data" in call || "end" in call;
    const stream = continues || "stream" in call;
    const listener = stream ? this.onStream : this.onCall;
    if (listener) listener(call, incoming);
    else if (!continues) this.decline(incoming.sid, call.id);
    if ("cancel" in call) this.onStream?.(call, incoming);
  }

  /** Answers a call that nobody here takes; other sessions that were called may still answer it (PROTOCOL.md R31). */
  decline(sid: number, id: unknown): void {
    if (typeof id !== "number") return;
    const { code, message } = ownFault("no-handler");
    const fault = { code, message };
    this.#session.control({ toS: sid, $answer: { id, fault } });
  }
}
