import type { Clock } from "./clock.ts";

/** An acknowledgement is due after this many frames or bytes, or this long, ms, after the first one (PROTOCOL.md R72). */
const FRAMES = 256;
const BYTES = 64 * 1024;
const DELAY = 5_000;

/** Counts the frames received from the server, and acknowledges them. */
export class Acknowledger {
  /** Number of counted frames received. */
  received: number;
  readonly #clock: Clock;
  readonly #acknowledge: () => void;
  #acknowledged: number;
  #bytes = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, received: number, acknowledge: () => void) {
    this.#clock = clock;
    this.received = received;
    this.#acknowledged = received;
    this.#acknowledge = acknowledge;
  }

  count(bytes: number): void {
    this.received++;
    this.#bytes += bytes;
    if (this.received - this.#acknowledged >= FRAMES || this.#bytes >= BYTES) this.#send();
    else this.#cancel ??= this.#clock.after(DELAY, () => this.#send());
  }

  /** Called when the connection has dropped. A resume acknowledges everything. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#acknowledged = this.received;
    this.#bytes = 0;
  }

  #send(): void {
    this.stop();
    this.#acknowledge();
  }
}
