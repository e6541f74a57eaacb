import type { Data } from "../data.ts";
import { Fault, ownFault } from "../fault.ts";
import { frameOf } from "../frame.ts";
import type { Wire } from "../host.ts";

/** What may be under way or wait to be read, bytes: a receiver that stalls holds its sender here. */
const WINDOW = 1024 * 1024;
/** Credit is granted in steps of at least this, so that not every read costs a frame. */
const STEP = WINDOW / 4;

/** One stream on its way in. */
export class Receiver {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #wire: Wire;
  readonly #sid: number;
  readonly #id: number;
  readonly #gone: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #granted = 0;
  #received = 0;
  #reply: object | undefined;
  #over = false;
  #complete: (() => void) | undefined;
  readonly #all: Promise<void>;

  constructor(wire: Wire, sid: number, id: number, gone: () => void) {
    this.#wire = wire;
    this.#sid = sid;
    this.#id = id;
    this.#gone = gone;
    this.#all = new Promise((resolve) => {
      this.#complete = resolve;
    });
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#grant(),
        cancel: () => this.#refuse(ownFault("aborted")),
      },
      { highWaterMark: WINDOW, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  /** Hands it to the application; its promise decides what the sender is told at the end. */
  run(handler: () => unknown): void {
    const handled = (async () => handler())();
    this.accept({});
    handled
      .then(() => this.#all)
      .then(
        () => this.#finish(),
        (error) => this.#refuse(error instanceof Fault ? error : ownFault("failed", undefined, error)),
      );
  }

  accept(reply: object): void {
    if (this.#reply) return;
    this.#reply = reply;
    this.#grant(reply);
  }

  data(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#received += bytes.length;
    this.#controller?.enqueue(bytes);
  }

  end(size: unknown): void {
    if (this.#over) return;
    if (size !== this.#received) {
      this.#refuse(ownFault("failed", `${this.#received} of ${size} bytes came.`));
      return;
    }
    this.#controller?.close();
    this.#complete?.();
  }

  cancelled(): void {
    this.fail(ownFault("aborted", "The sender has gone or given up."));
  }

  fail(fault: Fault): void {
    if (this.#over) return;
    this.#over = true;
    this.#gone();
    try {
      this.#controller?.error(fault);
    } catch {
      // Closed already: all of it has come.
    }
  }

  /** As much more as can be held. The first grant tells the sender that it is accepted. */
  #grant(reply: object = {}): void {
    const room = (this.#controller?.desiredSize ?? 0) - (this.#granted - this.#received);
    if (this.#over || !this.#reply || room < STEP) return;
    this.#granted += room;
    this.#answer({ credit: room }, reply);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#gone();
    this.#answer({}, {});
  }

  #refuse(fault: Fault): void {
    if (this.#over) return;
    const { code, message } = fault;
    this.#answer({ fault: { code, message } }, {});
    this.fail(fault);
  }

  #answer(part: Data, data: object): void {
    const $answer = { id: this.#id, ...part };
    this.#wire.control(frameOf({ toS: this.#sid }, data, { $answer }));
  }
}
