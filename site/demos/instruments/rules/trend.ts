/** What a trend shows of one stretch of time. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly last: number;
}

/**
 * The recent values of one quantity: a ring of bins at fixed times, each with minimum, maximum and last value, so that a peak stays where it is
 * while the trend moves on. The memory is the same however long it runs and however often values arrive.
 */
export class Trend {
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #last: Float64Array;
  /** Number of the newest bin since 1970; −1 before the first value. */
  #newest = -1;

  constructor(
    /** ms */
    readonly width: number,
    readonly length: number,
  ) {
    this.#low = new Float64Array(length).fill(Number.NaN);
    this.#high = new Float64Array(length).fill(Number.NaN);
    this.#last = new Float64Array(length).fill(Number.NaN);
  }

  /** A value at a time, ms. Times that lie before the newest bin count as its time. */
  add(value: number, time: number): void {
    this.#advance(Math.floor(time / this.width));
    const at = this.#newest % this.length;
    const low = this.#low[at] ?? Number.NaN;
    const isFirst = Number.isNaN(low);
    this.#low[at] = isFirst ? value : Math.min(low, value);
    this.#high[at] = isFirst ? value : Math.max(this.#high[at] ?? value, value);
    this.#last[at] = value;
  }

  /** Empties the bins that nothing was measured in. */
  #advance(number: number): void {
    if (number <= this.#newest) return;
    const empty = this.#newest < 0 ? 0 : Math.min(this.length, number - this.#newest);
    for (let one = number - empty + 1; one <= number; one++) {
      const at = one % this.length;
      this.#low[at] = Number.NaN;
      this.#high[at] = Number.NaN;
      this.#last[at] = Number.NaN;
    }
    this.#newest = number;
  }

  /** Calls `visit` for the bins up to that time that have values, oldest first; `age` counts bins back from it, 0 for the one it is in. */
  each(now: number, visit: (age: number, low: number, high: number, last: number) => void): void {
    const present = Math.floor(now / this.width);
    for (let age = this.length - 1; age >= 0; age--) {
      const number = present - age;
      if (number > this.#newest || number <= this.#newest - this.length || number < 0) continue;
      const at = number % this.length;
      const low = this.#low[at] ?? Number.NaN;
      if (!Number.isNaN(low)) visit(age, low, this.#high[at] ?? low, this.#last[at] ?? low);
    }
  }

  clear(): void {
    this.#low.fill(Number.NaN);
    this.#high.fill(Number.NaN);
    this.#last.fill(Number.NaN);
  }
}
