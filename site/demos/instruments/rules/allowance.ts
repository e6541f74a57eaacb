/** Readings that may come in one go after a pause, as after a connection that dropped. */
const BURST = 10;
/** How much faster than its interval an instrument may be. */
const FASTER = 2;

/** How many readings of one instrument the page handles. The rest of a flood costs it almost nothing. */
export class Allowance {
  #left = BURST;
  #at: number | undefined;

  /** Whether one more reading is handled; `interval` in milliseconds. */
  take(now: number, interval: number): boolean {
    const passed = now - (this.#at ?? now);
    this.#at = now;
    this.#left = Math.min(BURST, this.#left + (FASTER * passed) / Math.max(10, interval));
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
