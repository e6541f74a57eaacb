import { Fault, ownFault } from "../fault.ts";
import { messageFrame } from "../frames.ts";
import type { Data } from "../json.ts";
import type { Session } from "../session.ts";

/** Bytes that may be in transit or unread. A sender stops here until its receiver reads. */
const WINDOW = 1024 * 1024;
/** Smallest grant of credit in bytes, so that not every read sends a frame. */
const STEP = WINDOW / 4;

/** Marks a fault after which the sender will not resume. */
const GIVEN_UP = "given up";
export const isGivenUp = (error: unknown): boolean => error instanceof Fault && error.cause === GIVEN_UP;

/** One incoming stream. */
export class StreamReceiver {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #session: Session;
  readonly #sid: number;
  readonly #id: number;
  readonly #ended: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #granted = 0;
  #received = 0;
  #reply: object | undefined;
  #over = false;
  #complete: (() => void) | undefined;
  readonly #all: Promise<void>;

  constructor(session: Session, sid: number, id: number, ended: () => void) {
    this.#session = session;
    this.#sid = sid;
    this.#id = id;
    this.#ended = ended;
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

  /** Runs the application's handler; its promise decides how the sender's stream ends. */
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

  end({ size, aborted }: Data): void {
    if (this.#over) return;
    if (aborted === true) {
      this.fail(ownFault("aborted", "The sender cancelled it.", GIVEN_UP));
      return;
    }
    if (size !== this.#received) {
      this.#refuse(ownFault("failed", `${this.#received} of ${size} bytes arrived.`));
      return;
    }
    this.#controller?.close();
    this.#complete?.();
  }

  cancelled(): void {
    this.fail(ownFault("aborted", "The sender has disconnected or cancelled it."));
  }

  fail(fault: Fault): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended();
    try {
      this.#controller?.error(fault);
    } catch {
      // The stream is already closed, because all of it has arrived.
    }
  }

  /** Grants as much credit as fits. The first grant also tells the sender that the stream is accepted. */
  #grant(reply: object = {}): void {
    const room = (this.#controller?.desiredSize ?? 0) - (this.#granted - this.#received);
    if (this.#over || !this.#reply || room < STEP) return;
    this.#granted += room;
    this.#answer({ credit: room }, reply);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended();
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
    this.#session.control(messageFrame({ toS: this.#sid }, data, { $answer }));
  }
}
