import type { Clock } from "./clock.ts";

/**
 * Bounds of the delay before the next attempt, ms. The delay is random, so that clients that dropped together do not reconnect
 * together.
 */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
/** After a restart of the server, so many delays stay short, for six seconds on average: it is soon back, and holds the session. */
const QUICK = 24;

/** The delay before the next attempt to connect. */
export class RetryTimer {
  /** When the next attempt begins, ms since 1970; undefined while none is planned. */
  next: number | undefined;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Number of delays so far; each is longer than the last. */
  #pauses = 0;
  #cancel = () => {};

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Returns the milliseconds until the attempt. */
  start(attempt: () => void): number {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, this.#pauses++));
    const pause = Math.round(this.#random() * longest);
    this.next = this.#clock.now() + pause;
    this.#cancel = this.#clock.after(pause, attempt);
    return pause;
  }

  cancel(): void {
    this.#cancel();
    this.next = undefined;
  }

  /** The next delay is a first one again. */
  reset(quick = false): void {
    this.#pauses = quick ? -QUICK : 0;
  }
}
