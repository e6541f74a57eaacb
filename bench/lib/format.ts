import type { Figures, Outcome } from "./types.ts";

const NONE = "–";

const shown = (value: number | null, digits: number): string =>
  value === null ? NONE : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

// The CPU use of an idle server rounds to 0, which says nothing.
const percent = (part: number): string => (part < 0.005 ? NONE : `${Math.round(part * 100)} %`);

const bytes = (value: number | null): string => (value === null ? NONE : `${shown(value / 1024, 1)} KB`);

interface Column {
  head: string;
  cell(figures: Figures): string;
}

const columns: readonly Column[] = [
  { head: "CPU µs/msg", cell: (f) => shown(f.cpuPerDelivery, 2) },
  { head: "own µs/msg", cell: (f) => shown(f.ownCpuPerDelivery, 2) },
  { head: "CPU µs/login", cell: (f) => shown(f.cpuPerLogin, 0) },
  { head: "delivered/s", cell: (f) => shown(f.deliveriesPerSecond, 0) },
  { head: "p50 ms", cell: (f) => shown(f.p50Millis, 2) },
  { head: "p99 ms", cell: (f) => shown(f.p99Millis, 2) },
  { head: "lost", cell: (f) => shown(f.lost, 0) },
  { head: "RSS/conn", cell: (f) => bytes(f.rssPerConnection) },
  { head: "login s", cell: (f) => shown(f.secondsToLogin, 2) },
  { head: "server core", cell: (f) => percent(f.serverCore) },
  { head: "load core", cell: (f) => percent(f.loadCore) },
  { head: "load µs/msg", cell: (f) => shown(f.loadCpuPerDelivery, 2) },
];

const hasFigure = (column: Column, outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ figures }) => figures !== null && column.cell(figures) !== NONE);

/** One table per step, with a row per server and a column per figure that any of them has. */
export const rowsOf = (outcomes: readonly Outcome[], titles: ReadonlyMap<string, string>): string[][] => {
  const used = columns.filter((column) => hasFigure(column, outcomes));
  const rows = outcomes.map(({ rival, figures }) => [
    titles.get(rival) ?? rival,
    ...used.map((column) => (figures ? column.cell(figures) : NONE)),
  ]);
  return [["", ...used.map((column) => column.head)], ...rows];
};

/** Explains why some of the figures are unreliable. */
export const warningLines = (outcomes: readonly Outcome[], titles: ReadonlyMap<string, string>): string[] =>
  outcomes.flatMap(({ rival, figures, warnings }) =>
    warnings.map((warning) => `${titles.get(rival) ?? rival}: ${figures ? "unreliable: " : "failed: "}${warning}`),
  );

export const forTerminal = (rows: readonly string[][]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  const line = (row: string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return rows.map(line).join("\n");
};

export const forMarkdown = (rows: readonly string[][]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [head = [], ...body] = rows;
  const rule = head.map((_, i) => (i === 0 ? ":--" : "--:"));
  return [head, rule, ...body].map(line).join("\n");
};
