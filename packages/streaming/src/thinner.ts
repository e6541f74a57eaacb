import { Rows } from "./rows.ts";

/** Milliseconds of which the extremes remain. */
const BIN = 200;

/** The rows of a bin that a chart needs: the first, the last, and those with the lowest and the highest value of a series. */
function keptRows({ columns, length }: Rows): ReadonlySet<number> {
  const kept = new Set([0, length - 1]);
  for (const column of columns) {
    let [lowest, highest] = [-1, -1];
    for (const [row, value] of column.entries()) {
      if (!Number.isFinite(value)) {
        // A gap must stay one.
        if (value === Number.POSITIVE_INFINITY && column[row - 1] !== value) kept.add(row);
        continue;
      }
      if (lowest < 0 || value < (column[lowest] ?? 0)) lowest = row;
      if (highest < 0 || value > (column[highest] ?? 0)) highest = row;
    }
    if (lowest >= 0) kept.add(lowest).add(highest);
  }
  return kept;
}

export interface Thinned {
  readonly rows: Rows;
  /** Rows that went in. */
  readonly of: number;
}

/**
 * Reduces rows to the first, lowest, highest and last of each series in every 200 ms of absolute time, so that peaks stay visible. The bins
 * begin at multiples of 200 ms, so all thinned rows of the same data are the same.
 */
export class Thinner {
  #bin = Number.NaN;
  #open = new Rows();
  #done = new Rows();
  #of = 0;

  add(rows: Rows): void {
    for (let row = 0; row < rows.length; row++) {
      const bin = Math.floor((rows.times[row] ?? 0) / BIN);
      if (bin !== this.#bin) this.#close();
      this.#bin = bin;
      this.#open.copy(rows, row);
    }
  }

  /** The rows of the bins that are complete at that time; undefined if there are none. */
  take(now: number): Thinned | undefined {
    if (Math.floor(now / BIN) > this.#bin) this.#close();
    if (this.#done.length === 0) return undefined;
    const thinned = { rows: this.#done, of: this.#of };
    this.#done = new Rows();
    this.#of = 0;
    return thinned;
  }

  #close(): void {
    const open = this.#open;
    if (open.length === 0) return;
    for (const row of [...keptRows(open)].sort((one, other) => one - other)) this.#done.copy(open, row);
    this.#of += open.length;
    this.#open = new Rows();
  }
}
