import { GAP } from "@achex/streaming";
import { type Bins, GAP_AFTER, GAP_BEFORE, HAS_VALUE } from "./bins.ts";
import type { History } from "./history.ts";

/** A value of a chart: null is a gap, undefined is no point at this time. */
export type Value = number | null | undefined;

/** What a chart draws: seconds since 1970, and one list of values for each series. The lists are used again for the next picture. */
export interface Picture {
  readonly times: number[];
  readonly values: Value[][];
  /** Rows, or bins, of the window. */
  columns: number;
}

export const newPicture = (): Picture => ({ times: [], values: [], columns: 0 });

/** With fewer rows than this for each column, rows are drawn as they are. */
const SPARSE = 2;

/** The smallest of 1, 2, 5, 10, 20 … at or above a number of milliseconds, so that narrow bins fit into wide ones. */
export function columnWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-3)));
  const step = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return step * power;
}

function begin(picture: Picture, series: number): void {
  picture.times.length = 0;
  while (picture.values.length < series) picture.values.push([]);
  picture.values.length = series;
  for (const values of picture.values) values.length = 0;
}

const shown = (value: number): Value => (Number.isNaN(value) ? undefined : value === GAP ? null : value);

/** Rows as they are, with one before and one after, to which the line goes on. */
function drawRows(picture: Picture, history: History, from: number, to: number): void {
  const end = Math.min(history.rows, to + 1);
  picture.columns = Math.max(0, to - from);
  for (let row = Math.max(0, from - 1); row < end; row++) {
    picture.times.push(history.timeAt(row) / 1_000);
    for (const [series, values] of picture.values.entries()) values.push(shown(history.valueAt(row, series)));
  }
}

/** Times within a bin at which its values are drawn. */
const SHARES = [0, 0.25, 0.5, 0.75] as const;

function drawBin(picture: Picture, bins: Bins, number: number): void {
  const { times, values } = picture;
  let [gapsBefore, gapsAfter] = [false, false];
  for (let series = 0; series < values.length; series++) {
    const flags = bins.flagsOf(number, series);
    if (flags & GAP_BEFORE) gapsBefore = true;
    if (flags & GAP_AFTER) gapsAfter = true;
  }
  const start = number * bins.width;
  if (gapsBefore) {
    times.push(start / 1_000);
    for (const [series, list] of values.entries())
      list.push(bins.flagsOf(number, series) & GAP_BEFORE ? null : undefined);
  }
  for (const share of SHARES) times.push((start + share * bins.width) / 1_000);
  for (const [series, list] of values.entries()) {
    if (bins.flagsOf(number, series) & HAS_VALUE) bins.pushTo(list, number, series);
    else list.push(undefined, undefined, undefined, undefined);
  }
  if (!gapsAfter) return;
  times.push((start + 0.9 * bins.width) / 1_000);
  for (const [series, list] of values.entries()) list.push(bins.flagsOf(number, series) & GAP_AFTER ? null : undefined);
}

export interface Window {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly width: number;
  /** The window moves with time. */
  readonly isLive: boolean;
}

/** Writes into the picture what a chart of that width shows: all rows, or the extremes of each column. */
export function draw(picture: Picture, history: History, { from, to, width, isLive }: Window): Picture {
  begin(picture, history.names.length);
  const [first, end] = [history.rowAt(from), history.rowAt(to)];
  if (end - first <= SPARSE * width && history.holdsSince(from)) {
    drawRows(picture, history, first, end);
    return picture;
  }
  const bins = history.binsFor(from, to, columnWidth((to - from) / Math.max(1, width)), isLive);
  const last = Math.floor(to / bins.width) + 1;
  picture.columns = 0;
  for (let number = Math.floor(from / bins.width) - 1; number <= last; number++) {
    if (!bins.has(number)) continue;
    drawBin(picture, bins, number);
    picture.columns++;
  }
  return picture;
}
