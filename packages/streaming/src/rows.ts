import { ABSENT, LIMITS } from "./batch.ts";

/** Digits of a value on the wire: as many as a chart can show. */
const DIGITS = 7;

/** Times that differ from a regular spacing by less than this are sent as regular, ms. */
const REGULAR = 0.01;

function rounded(value: number): number | null | false {
  if (Number.isNaN(value)) return false;
  return Math.abs(value) <= LIMITS.value ? Number(value.toPrecision(DIGITS)) : null;
}

/** The spacing of rows as the key `dt`: a number if it is regular. */
function spacingOf(times: readonly number[]): { readonly dt?: number | readonly number[] } {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  if (times.length < 2) return {};
  const dt = Number(((last - first) / (times.length - 1)).toFixed(6));
  if (times.every((time, row) => Math.abs(first + row * dt - time) < REGULAR)) return { dt };
  return { dt: times.map((time) => Number((time - first).toFixed(3))) };
}

/** Rows that wait to be sent. Each row has one value for each series: a number, GAP, or ABSENT. */
export class Rows {
  readonly times: number[] = [];
  readonly columns: number[][] = [];

  get length(): number {
    return this.times.length;
  }

  /** Earlier than the last row, a time counts as that of the last row. */
  push(time: number, values: ArrayLike<number>): void {
    while (this.columns.length < values.length) this.columns.push(new Array(this.times.length).fill(ABSENT));
    this.times.push(Math.max(time, this.times.at(-1) ?? 0));
    for (const [series, column] of this.columns.entries()) column.push(values[series] ?? ABSENT);
  }

  /** Removes and returns the first rows. */
  take(count: number): Rows {
    const taken = new Rows();
    taken.times.push(...this.times.splice(0, count));
    for (const column of this.columns) taken.columns.push(column.splice(0, count));
    return taken;
  }

  /** Copies one row of others. */
  copy(from: Rows, row: number): void {
    this.push(
      from.times[row] ?? 0,
      from.columns.map((column) => column[row] ?? ABSENT),
    );
  }

  /** The keys `t`, `dt` and `v` of a message. Series without a value in these rows are left out. */
  message(names: readonly string[]): { readonly t: number; readonly v: object } {
    const entries = names.flatMap((name, series): [string, (number | null | false)[]][] => {
      const column = this.columns[series] ?? [];
      return column.some((value) => !Number.isNaN(value)) ? [[name, column.map(rounded)]] : [];
    });
    const t = Number((this.times[0] ?? 0).toFixed(3));
    return { t, ...spacingOf(this.times), v: Object.fromEntries(entries) };
  }
}
