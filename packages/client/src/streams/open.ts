import type { Client } from "../api.ts";
import { type Data, isData, numberFrom } from "../data.ts";
import { type Fault, faultBecause, faultFrom, ownFault } from "../fault.ts";
import { frameOf } from "../frame.ts";
import type { Wire } from "../host.ts";
import type { Incoming } from "../message.ts";
import { ignorable } from "./ignorable.ts";
import { createPace } from "./pace.ts";

/** Largest piece in one frame, bytes. */
const PIECE = 256 * 1024;

export interface OpenedStream {
  /** Takes bytes as fast as the receiver reads them; closing it resolves when the receiver has confirmed. */
  readonly writable: WritableStream<Uint8Array>;
  /** What the receiver said when it accepted. */
  readonly reply: Data;
  /** Session id of the receiver. */
  readonly sid: number;
}

/**
 * Opens a stream of bytes to one session, by its id or by a name that exactly one session bears; `meta` says what it is.
 * Rejects with a Fault when nobody there takes streams. A cut ends the stream with the fault `unknown`.
 */
export function openStream<C>(client: Client<C>, whom: string | number, meta: object = {}): Promise<OpenedStream> {
  const address = typeof whom === "number" ? { toS: whom } : { to: whom };
  return ignorable(
    client.wire,
    client.ready().then(() => new Sender(client.wire).open(address, meta)),
  );
}

class Sender {
  readonly #wire: Wire;
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
  readonly #part = { down: () => this.#end(ownFault("unknown")), stop: (fault: Fault) => this.#end(fault) };

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#id = ++wire.calls;
    this.#pace = createPace(wire);
  }

  async open(address: Data, meta: object): Promise<OpenedStream> {
    const id = this.#id;
    this.#wire.answers.set(id, (answer, incoming) => this.#answered(answer, incoming));
    this.#wire.parts.add(this.#part);
    const reply = await new Promise<Data>((resolve, reject) => {
      this.#accepted = resolve;
      this.#refused = reject;
      this.#wire.control(
        frameOf(address, meta, { $call: { id, stream: true } }),
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
    if (isData(answer.fault)) this.#end(faultFrom(answer.fault));
    else if (credit !== undefined) {
      this.#credit += credit;
      this.#sid ||= incoming?.sid ?? 0;
      const { $answer: _, ...reply } = incoming?.data ?? {};
      this.#accepted?.(reply);
      this.#wake();
    } else if (answer.more !== true) this.#end("confirmed");
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      await this.#until(() => this.#credit > 0);
      const piece = chunk.subarray(from, from + Math.min(this.#credit, this.#largest()));
      this.#credit -= piece.length;
      from += piece.length;
      await this.#pace(piece.length);
      this.#say({ data: true }, {}, piece);
      this.#sent += piece.length;
    }
  }

  /** 1 KiB of a frame is for its header. */
  #largest(): number {
    const frame = this.#wire.limit("frame");
    return frame === 0 ? PIECE : Math.max(1, Math.min(PIECE, frame - 1_024));
  }

  async #close(): Promise<void> {
    this.#say({ end: true }, { size: this.#sent });
    await this.#until(() => this.#over === "confirmed");
  }

  #abort(reason: unknown): void {
    this.#say({ cancel: this.#id }, {});
    this.#end(ownFault("aborted", undefined, reason));
  }

  #say(part: Data, data: Data, bytes?: Uint8Array): void {
    if (this.#over) return;
    const $call = "cancel" in part ? part : { id: this.#id, ...part };
    this.#wire.control(frameOf({ toS: this.#sid }, data, { $call }), (_, fault) => fault && this.#end(fault), bytes);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#over) throw faultBecause(this.#over, "aborted");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(over: Fault | "confirmed"): void {
    if (this.#over) return;
    this.#over = over;
    this.#wire.parts.delete(this.#part);
    this.#wire.answers.delete(this.#id);
    this.#wake();
    if (over === "confirmed") return;
    this.#refused?.(over);
    this.#controller?.error(over);
  }
}
