import { ownFault } from "./fault.ts";
import { type Data, numberFrom } from "./json.ts";
import type { Incoming } from "./message.ts";
import type { Session } from "./session.ts";

export type CallListener = (call: Data, incoming: Incoming) => void;
export type AnswerListener = (answer: Data, incoming: Incoming | undefined) => void;

/** Dispatches calls and answers, including those of streams, to their handlers. */
export class CallRouter {
  /** Receivers of the answers to this client's calls, by call id. */
  readonly answers = new Map<number, AnswerListener>();
  /** Runs the handlers of calls that are not streams. */
  onCall: CallListener | undefined;
  /** Receives the opening, data and end of streams. */
  onStream: CallListener | undefined;
  readonly #session: Session;
  #lastId: number;

  /** Ids begin after `lastId`. */
  constructor(session: Session, lastId = 0) {
    this.#session = session;
    this.#lastId = lastId;
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

  /** Declines a call that has no handler here; other called sessions may still answer it (PROTOCOL.md R31). */
  decline(sid: number, id: unknown): void {
    if (typeof id !== "number") return;
    const { code, message } = ownFault("no-handler");
    const fault = { code, message };
    this.#session.control({ toS: sid, $answer: { id, fault } });
  }
}
