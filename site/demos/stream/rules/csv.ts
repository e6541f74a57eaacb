import { GAP } from "@achex/streaming";
import type { History } from "./history.ts";

/** Begins a formula when a spreadsheet reads it. */
const FORMULA = /^[=+\-@\t\r]/;

/** A text as one field: a name that somebody sent must not become two fields, or a formula. */
export function fieldOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const cellOf = (value: number): string => (Number.isNaN(value) || value === GAP ? "" : String(value));

/** The rows from one time to another, with one column for each of these series. A gap is an empty line of values. */
export function csvOf(history: History, from: number, to: number, series: readonly number[]): string {
  const names = series.map((one) => fieldOf(history.names[one] ?? ""));
  const lines = [["time", "milliseconds", ...names].join(",")];
  for (let row = history.rowAt(from); row < history.rows && history.timeAt(row) <= to; row++) {
    const time = history.timeAt(row);
    const cells = series.map((one) => cellOf(history.valueAt(row, one)));
    lines.push([new Date(time).toISOString(), Number(time.toFixed(3)), ...cells].join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
