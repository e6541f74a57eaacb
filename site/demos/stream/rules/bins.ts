import { GAP } from "@achex/streaming";

/** The values of one series in each bin. */
interface Lane {
  readonly first: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly last: Float64Array;
  readonly flags: Uint8Array;
}

/** Flags of a bin of a series. */
export const HAS_VALUE = 1;
/** The highest value came before the lowest. */
export const FALLS = 2;
/** A gap before the first value; the bin may have no value at all. */
export const GAP_BEFORE = 4;
/** A gap after the last value. */
export const GAP_AFTER = 8;

/**
 * The first, lowest, highest and last value of each series in equal stretches of time. The bins begin at multiples of their width since
 * 1970 and not at the edge of a chart, so that a peak stays as it is while the chart moves. The memory is fixed: new bins replace the oldest.
 */
export class Bins {
  /** Milliseconds. */
  readonly width: number;
  readonly capacity: number;
  readonly #numbers: Float64Array;
  readonly #lanes: Lane[] = [];
  #newest = Number.NEGATIVE_INFINITY;
  /** Bins after it are ignored, so that a frozen chart keeps what it shows. */
  #end = Number.POSITIVE_INFINITY;

  constructor(width: number, capacity: number) {
    this.width = width;
    this.capacity = capacity;
    this.#numbers = new Float64Array(capacity).fill(Number.NaN);
  }

  /** Ignores what comes after that time. */
  endAt(time: number): void {
    this.#end = Math.ceil(time / this.width);
  }

  get series(): number {
    return this.#lanes.length;
  }

  /** Start of the oldest bin that may still be here; Infinity if there is none. */
  get oldest(): number {
    if (this.#newest === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    let oldest = this.#newest;
    for (const number of this.#numbers) if (number < oldest && number > this.#newest - this.capacity) oldest = number;
    return oldest * this.width;
  }

  /** Adds a value, or a gap, of a series. NaN is nothing. */
  add(time: number, series: number, value: number): void {
    if (Number.isNaN(value)) return;
    const number = Math.floor(time / this.width);
    if (number > this.#end || number <= this.#newest - this.capacity) return;
    const slot = number % this.capacity;
    if (this.#numbers[slot] !== number) {
      this.#numbers[slot] = number;
      for (const { flags } of this.#lanes) flags[slot] = 0;
      if (number > this.#newest) this.#newest = number;
    }
    while (this.#lanes.length <= series) this.#lanes.push(this.#newLane());
    const lane = this.#lanes[series];
    if (!lane) return;
    const flags = lane.flags[slot] ?? 0;
    if (value === GAP) lane.flags[slot] = flags | (flags & HAS_VALUE ? GAP_AFTER : GAP_BEFORE);
    else this.#put(lane, slot, flags, value);
  }

  #put({ first, low, high, last, flags }: Lane, slot: number, before: number, value: number): void {
    last[slot] = value;
    if (!(before & HAS_VALUE)) {
      first[slot] = value;
      low[slot] = value;
      high[slot] = value;
      flags[slot] = (before | HAS_VALUE) & ~FALLS;
      return;
    }
    let next = before & ~GAP_AFTER;
    if (value < (low[slot] ?? 0)) {
      low[slot] = value;
      next |= FALLS;
    } else if (value > (high[slot] ?? 0)) {
      high[slot] = value;
      next &= ~FALLS;
    }
    flags[slot] = next;
  }

  /** Whether any series has something in that bin. */
  has(number: number): boolean {
    return number >= 0 && this.#numbers[number % this.capacity] === number;
  }

  flagsOf(number: number, series: number): number {
    return this.#lanes[series]?.flags[number % this.capacity] ?? 0;
  }

  /** Appends the values of a series in that bin in the order in which they came: first, the two extremes, last. Call it only if it has a value. */
  pushTo(list: unknown[], number: number, series: number): void {
    const lane = this.#lanes[series];
    const slot = number % this.capacity;
    if (!lane) return;
    const falls = ((lane.flags[slot] ?? 0) & FALLS) !== 0;
    list.push(lane.first[slot], (falls ? lane.high : lane.low)[slot]);
    list.push((falls ? lane.low : lane.high)[slot], lane.last[slot]);
  }

  /** Adds the bins that lie within that time to others; one that reaches beyond it would show its values at a wrong time. */
  copyTo(other: Bins, from: number, to: number): void {
    const end = Math.min(this.#newest, Math.floor(to / this.width) - 1);
    for (
      let number = Math.max(Math.floor(from / this.width), this.#newest - this.capacity + 1);
      number <= end;
      number++
    ) {
      if (!this.has(number)) continue;
      for (let series = 0; series < this.series; series++) this.#copy(other, number, series);
    }
  }

  #copy(other: Bins, number: number, series: number): void {
    const flags = this.flagsOf(number, series);
    const time = (share: number) => (number + share) * this.width;
    if (flags & GAP_BEFORE) other.add(time(0), series, GAP);
    if (flags & HAS_VALUE) {
      const values: number[] = [];
      this.pushTo(values, number, series);
      for (const [at, value] of values.entries()) other.add(time(at / 4), series, value);
    }
    if (flags & GAP_AFTER) other.add(time(0.9), series, GAP);
  }

  #newLane(): Lane {
    const values = () => new Float64Array(this.capacity);
    return { first: values(), low: values(), high: values(), last: values(), flags: new Uint8Array(this.capacity) };
  }
}
