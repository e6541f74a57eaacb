import { ABSENT, type Batch, GAP, LIMITS } from "@achex/streaming";
import { Bins } from "./bins.ts";

/** Rows that are held exactly; 16 series take 18 MB. */
const ROWS = 2 ** 17;
/** The extremes of 100 ms are held for 30 minutes, those of 5 s for 8 hours. */
const FINE = { width: 100, capacity: 18_000 };
const COARSE = { width: 5_000, capacity: 5_760 };
/** A gap is a pause of this many intervals, and of this many milliseconds at least. */
const MISSED = 3;
const PAUSE = 250;
/** Rows that are so much older than the last one begin a new recording, ms. */
const RESTART = 60_000;

export interface Appended {
  /** Rows that were left out because they are older than what is there. */
  readonly late: number;
  /** The rows begin a new recording. */
  readonly restarted: boolean;
}

/** What a chart remembers: rows exactly for as long as they fit, then extremes. Its memory does not grow. */
export class History {
  readonly names: string[] = [];
  readonly #capacity: number;
  #times: Float64Array;
  #columns: Float64Array[] = [];
  #start = 0;
  #count = 0;
  #fine = new Bins(FINE.width, FINE.capacity);
  #coarse = new Bins(COARSE.width, COARSE.capacity);
  /** Bins of a chart that moves with time. */
  #view: Bins | undefined;
  #hasDropped = false;
  /** Usual milliseconds between two rows. */
  #interval = 0;

  constructor(capacity = ROWS) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
  }

  /** Rows that are held exactly. */
  get rows(): number {
    return this.#count;
  }

  /** Time of the oldest row that is held exactly; Infinity without rows. */
  get oldestRow(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.timeAt(0);
  }

  /** Time of the newest row; undefined without rows. */
  get newest(): number | undefined {
    return this.#count === 0 ? undefined : this.timeAt(this.#count - 1);
  }

  /** Time of the oldest value of any kind. */
  get oldest(): number {
    return Math.min(this.oldestRow, this.#fine.oldest, this.#coarse.oldest);
  }

  /** Whether all rows since that time are held exactly. */
  holdsSince(time: number): boolean {
    return !this.#hasDropped || this.oldestRow <= time;
  }

  timeAt(row: number): number {
    return this.#times[(this.#start + row) % this.#capacity] ?? 0;
  }

  valueAt(row: number, series: number): number {
    return this.#columns[series]?.[(this.#start + row) % this.#capacity] ?? ABSENT;
  }

  /** Number of the first row at or after that time. */
  rowAt(time: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** `isBroken`: something is missing before this batch. `interval`: what the publisher says about its rows, ms. */
  append({ times, columns }: Pick<Batch, "times" | "columns">, isBroken = false, interval = 0): Appended {
    const [first] = times;
    if (first === undefined) return { late: 0, restarted: false };
    const { newest } = this;
    const restarted = newest !== undefined && first < newest - RESTART;
    if (restarted) this.clear();
    const known = [...columns].map(([name, values]) => ({ series: this.#seriesOf(name), values }));
    let late = 0;
    for (const [row, time] of times.entries()) {
      const before = this.newest;
      if (before !== undefined && time < before) {
        late++;
        continue;
      }
      if (before !== undefined) this.#watchGap(before, time, isBroken && row === late, interval);
      this.#push(time);
      for (const { series, values } of known) if (series >= 0) this.#set(time, series, values[row] ?? ABSENT);
    }
    return { late, restarted };
  }

  clear(): void {
    this.#start = 0;
    this.#count = 0;
    this.#fine = new Bins(FINE.width, FINE.capacity);
    this.#coarse = new Bins(COARSE.width, COARSE.capacity);
    this.#view = undefined;
    this.#interval = 0;
    this.#hasDropped = false;
  }

  /** Bins of that width which cover the time, and go on with what is added if `isLive`. The same ones are returned while they fit. */
  binsFor(from: number, to: number, width: number, isLive: boolean): Bins {
    const needed = Math.round((to - from) / width) + 8;
    const bins = this.#view;
    if (isLive && bins?.width === width && bins.capacity === needed) return bins;
    const fresh = new Bins(width, needed);
    if (!isLive) fresh.endAt(to);
    // The bin to the left of the window is drawn as well, and must be whole.
    const start = (Math.floor(from / width) - 1) * width;
    // The finest that is held of each time.
    const fineFrom = Math.max(start, Math.min(this.#fine.oldest, this.oldestRow));
    const rowsFrom = Math.max(start, this.oldestRow);
    if (start < fineFrom) this.#coarse.copyTo(fresh, start, fineFrom);
    if (fineFrom < rowsFrom) this.#fine.copyTo(fresh, fineFrom, rowsFrom);
    const end = this.rowAt(to + width);
    for (let row = this.rowAt(rowsFrom); row < end; row++)
      for (let series = 0; series < this.names.length; series++)
        fresh.add(this.timeAt(row), series, this.valueAt(row, series));
    if (isLive) this.#view = fresh;
    return fresh;
  }

  #seriesOf(name: string): number {
    const known = this.names.indexOf(name);
    if (known >= 0 || this.names.length >= LIMITS.series) return known;
    this.names.push(name);
    this.#columns.push(new Float64Array(this.#capacity).fill(ABSENT));
    return this.names.length - 1;
  }

  #watchGap(before: number, time: number, isBroken: boolean, interval: number): void {
    const step = time - before;
    const usual = Math.max(this.#interval, interval);
    if (isBroken || (step > PAUSE && step > MISSED * usual && usual > 0)) {
      this.#push(before);
      for (let series = 0; series < this.names.length; series++) this.#set(before, series, GAP);
      // A stream may have become slower: then its pauses soon stop counting as gaps.
      this.#interval = Math.min(step, 4 * this.#interval + 20);
    } else this.#interval = this.#interval === 0 ? step : this.#interval * 0.98 + step * 0.02;
  }

  /** Begins a row, without values. */
  #push(time: number): void {
    const slot = (this.#start + this.#count) % this.#capacity;
    if (this.#count < this.#capacity) this.#count++;
    else {
      this.#start = (this.#start + 1) % this.#capacity;
      this.#hasDropped = true;
    }
    this.#times[slot] = time;
    for (const column of this.#columns) column[slot] = ABSENT;
  }

  #set(time: number, series: number, value: number): void {
    const column = this.#columns[series];
    if (column) column[(this.#start + this.#count - 1) % this.#capacity] = value;
    this.#fine.add(time, series, value);
    this.#coarse.add(time, series, value);
    this.#view?.add(time, series, value);
  }
}
