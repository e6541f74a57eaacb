import type { Clock } from "./clock.ts";

/** Share of the server's limits that is used. The rest allows for frames that arrive closer together than they were sent. */
const SHARE = 0.95;
/** Size of a burst, in seconds of the limit. The server allows two. */
const BURST = 1.5;

/** Keeps to the server's `framesPerSecond` and `bytesPerSecond`; 0 means no limit. */
export class SendRate {
  readonly #clock: Clock;
  readonly #rates: readonly [number, number];
  /** Frames and bytes that may be sent now. */
  readonly #tokens: [number, number];
  #refilled: number;

  constructor(clock: Clock, framesPerSecond: number, bytesPerSecond: number) {
    this.#clock = clock;
    this.#rates = [framesPerSecond * SHARE, bytesPerSecond * SHARE];
    this.#tokens = [framesPerSecond * BURST, bytesPerSecond * BURST];
    this.#refilled = clock.now();
  }

  /** Milliseconds to wait before a frame of this size may be sent. */
  wait(size: number): number {
    const now = this.#clock.now();
    // Without this, a clock that is set back would stop all sending.
    const seconds = Math.max(0, now - this.#refilled) / 1_000;
    this.#refilled = now;
    let wait = 0;
    for (const [kind, cost] of [
      [0, 1],
      [1, size],
    ] as const) {
      const rate = this.#rates[kind];
      const most = (rate / SHARE) * BURST;
      this.#tokens[kind] = Math.min(most, this.#tokens[kind] + seconds * rate);
      // A frame larger than a burst is sent when the bucket is full; otherwise it would wait forever.
      const missing = Math.min(cost, most) - this.#tokens[kind];
      if (rate > 0 && missing > 0) wait = Math.max(wait, (missing / rate) * 1_000);
    }
    return wait;
  }

  /** Counts a sent frame, whether or not it had to wait. */
  spend(size: number): void {
    this.#tokens[0] -= 1;
    this.#tokens[1] -= size;
  }
}
