export type Cell = string | number | boolean | null | undefined;

/** A spreadsheet takes a text that begins so for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r]/;

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table as RFC 4180 defines it. Texts that a spreadsheet would run as a formula begin with an apostrophe; numbers are as they are. */
export const csvOf = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows]
    .map((row) => row.map(cellText).join(","))
    .join("\r\n")
    .concat("\r\n");

/** ISO 8601, with milliseconds, in UTC. */
export const timeCell = (time: number | undefined): string => (time === undefined ? "" : new Date(time).toISOString());
