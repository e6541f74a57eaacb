/** Figures of what arrives, of the last two seconds. */
export interface Figures {
  /** Values per second. */
  readonly rate: number;
  /** Milliseconds from sending a batch until it is here; undefined if the publisher does not say when it sent them. */
  readonly latency: number | undefined;
  /** The same, of the slowest batch in a hundred. */
  readonly worst: number | undefined;
  /** One of so many rows that were published is here; 1 is all. */
  readonly oneOf: number;
}

const WINDOW = 2_000;

interface Entry {
  readonly at: number;
  readonly values: number;
  readonly rows: number;
  readonly of: number;
  readonly lag: number | undefined;
}

/** Counts batches. */
export class Meter {
  #entries: Entry[] = [];
  #start = Number.NaN;

  /** `of`: rows that were published, those that are missing included. */
  count(entry: Entry): void {
    if (Number.isNaN(this.#start)) this.#start = entry.at;
    if (entry.of > 0) this.#entries.push(entry);
  }

  figures(now: number): Figures {
    this.#entries = this.#entries.filter(({ at }) => at > now - WINDOW);
    const sum = (key: "values" | "rows" | "of") => this.#entries.reduce((total, entry) => total + entry[key], 0);
    const seconds = Math.max(0.25, Math.min(WINDOW, now - this.#start) / 1_000);
    const lags = this.#entries.flatMap(({ lag }) => lag ?? []).sort((one, other) => one - other);
    const rows = sum("rows");
    return {
      rate: sum("values") / seconds,
      latency: lags[lags.length >> 1],
      worst: lags[Math.floor((lags.length - 1) * 0.99)],
      oneOf: rows === 0 ? 1 : Math.max(1, sum("of") / rows),
    };
  }

  clear(): void {
    this.#entries = [];
    this.#start = Number.NaN;
  }
}
