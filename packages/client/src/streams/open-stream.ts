import type { Client } from "../api.ts";
import { type Fault, faultFromError, faultFromFrame, ownFault } from "../fault.ts";
import { messageFrame } from "../frames.ts";
import { IgnorablePromise } from "../ignorable-promise.ts";
import type { ClientInternals } from "../internals.ts";
import { type Data, isData, numberFrom } from "../json.ts";
import { type Incoming, ownPayload } from "../message.ts";
import type { Session } from "../session.ts";

/** Largest chunk in one frame, bytes. */
const PIECE = 256 * 1024;

export interface OpenedStream {
  /** Accepts bytes as fast as the receiver reads them. close() resolves when the receiver has confirmed. */
  readonly writable: WritableStream<Uint8Array>;
  /** The receiver's reply when it accepted the stream. */
  readonly reply: Data;
  /** Session id of the receiver. */
  readonly sid: number;
}

/**
 * Opens a stream of bytes to one session, given by its id or by a name that exactly one session has; `meta` describes it.
 * Rejects with a Fault if the receiver does not accept streams. If the session ends, the stream fails with the fault `unknown`.
 *
 * @example
 * const { writable } = await openStream(ann, "Bob", { what: "film" });
 * await source.pipeTo(writable);
 */
export function openStream<C>(client: Client<C>, whom: string | number, meta: object = {}): Promise<OpenedStream> {
  const { internals } = client;
  const address = typeof whom === "number" ? { toS: whom } : { to: whom };
  const opening = internals.session.ready().then(() => new Sender(internals).open(address, meta));
  return IgnorablePromise.from(opening, internals.report);
}

/** Share of the server's limit that streams use, which leaves the rest to this client's other messages. */
const SHARE = 0.9;

/**
 * Returns a function that waits until the server's limit (bytesPerSecond) allows the bytes. Without it, the server would reject
 * data in the middle of the stream, which ends the stream. After a restart, a session may continue with another limit.
 */
function createPacer({ clock, identity }: Session): (bytes: number) => Promise<void> {
  let free = 0;
  return async (bytes) => {
    const rate = identity.limit("bytesPerSecond") * SHARE;
    if (rate === 0) return;
    const now = clock.now();
    // A burst of one second of the rate is allowed.
    free = Math.max(free, now - 1_000) + (bytes / rate) * 1_000;
    if (free > now) await new Promise<void>((resolve) => clock.after(free - now, resolve));
  };
}

class Sender {
  readonly #session: Session;
  readonly #calls: ClientInternals["calls"];
  readonly #id: number;
  readonly #pace: (bytes: number) => Promise<void>;
  #sid = 0;
  #credit = 0;
  #sent = 0;
  #over: Fault | "confirmed" | undefined;
  #wake = () => {};
  #accepted: ((reply: Data) => void) | undefined;
  #refused: ((fault: Fault) => void) | undefined;
  #controller: WritableStreamDefaultController | undefined;
  readonly #unlisten: () => void;

  constructor({ session, calls }: ClientInternals) {
    this.#session = session;
    this.#calls = calls;
    this.#id = calls.nextId();
    this.#pace = createPacer(session);
    this.#unlisten = session.lifecycle.add("flush", {
      dropped: () => this.#end(ownFault("unknown")),
      closed: (fault) => this.#end(fault),
    });
  }

  async open(address: Data, meta: object): Promise<OpenedStream> {
    const id = this.#id;
    this.#calls.answers.set(id, (answer, incoming) => this.#answered(answer, incoming));
    const reply = await new Promise<Data>((resolve, reject) => {
      this.#accepted = resolve;
      this.#refused = reject;
      this.#session.control(
        messageFrame(address, meta, { $call: { id, stream: true } }),
        (_, fault) => fault && this.#end(fault),
      );
    });
    const writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      write: (chunk) => this.#write(chunk),
      close: () => this.#close(),
      abort: (reason) => this.#abort(reason),
    });
    return { writable, reply, sid: this.#sid };
  }

  #answered(answer: Data, incoming: Incoming | undefined): void {
    const credit = numberFrom(answer.credit);
    if (isData(answer.fault)) this.#end(faultFromFrame(answer.fault));
    else if (credit !== undefined) {
      this.#credit += credit;
      this.#sid ||= incoming?.sid ?? 0;
      const { $answer: _, ...reply } = incoming ? ownPayload(incoming) : {};
      this.#accepted?.(reply);
      this.#wake();
    } else if (answer.more !== true) this.#end("confirmed");
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      await this.#until(() => this.#credit > 0);
      const piece = chunk.subarray(from, from + Math.min(this.#credit, this.#largestPiece()));
      this.#credit -= piece.length;
      from += piece.length;
      await this.#pace(piece.length);
      this.#send({ data: true }, {}, piece);
      this.#sent += piece.length;
    }
  }

  /** Reserves 1 KiB of each frame for its header. */
  #largestPiece(): number {
    const frame = this.#session.identity.limit("frame");
    return frame === 0 ? PIECE : Math.max(1, Math.min(PIECE, frame - 1_024));
  }

  async #close(): Promise<void> {
    this.#send({ end: true }, { size: this.#sent });
    await this.#until(() => this.#over === "confirmed");
  }

  #abort(reason: unknown): void {
    // The end frame tells the receiver that nothing follows; the cancel ends the call on the server.
    this.#send({ end: true }, { size: this.#sent, aborted: true });
    this.#send({ cancel: this.#id }, {});
    this.#end(ownFault("aborted", undefined, reason));
  }

  #send(call: Data, data: Data, bytes?: Uint8Array): void {
    if (this.#over) return;
    const $call = "cancel" in call ? call : { id: this.#id, ...call };
    this.#session.control(
      messageFrame({ toS: this.#sid }, data, { $call }),
      (_, fault) => fault && this.#end(fault),
      bytes,
    );
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#over) throw faultFromError(this.#over, "aborted");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(over: Fault | "confirmed"): void {
    if (this.#over) return;
    this.#over = over;
    this.#unlisten();
    this.#calls.answers.delete(this.#id);
    this.#wake();
    if (over === "confirmed") return;
    this.#refused?.(over);
    this.#controller?.error(over);
  }
}
