import { calibrationAt } from "../rules/calibration.ts";
import { csvOf, timeCell } from "../rules/csv.ts";
import type { Trend } from "../rules/trend.ts";
import type { LogEntry } from "./store.ts";
import type { WallInstrument } from "./wall-instrument.ts";

/** The present values of all instruments, one line each. Numbers are in SI units without prefix. */
export const valuesCsv = (instruments: readonly WallInstrument[], now: number): string =>
  csvOf(
    [
      "time",
      "instrument",
      "title",
      "kind",
      "quantity",
      "value",
      "unit",
      "low",
      "high",
      "state",
      "status",
      "calibration due",
      "calibration",
      "doubts",
    ],
    instruments.flatMap(({ id, announcement: { title, kind, due }, channels, liveness, lastAt, status, marks }) =>
      channels.map(({ name, value, quantity: { unit, low, high } }) => [
        ...[timeCell(lastAt), id, title, kind, name, value, unit, low, high, liveness, status.join(" ")],
        ...[due, calibrationAt(now, due), marks.list.map(({ text }) => text).join(" ")],
      ]),
    ),
  );

/** Which trend of a channel. */
export type Span = "minute" | "hour";

function trendRows(trend: Trend, now: number) {
  const rows: (readonly [time: string, low: number, high: number, last: number])[] = [];
  const present = Math.floor(now / trend.width);
  trend.each(now, (age, low, high, last) => rows.push([timeCell((present - age) * trend.width), low, high, last]));
  return rows;
}

/** The trends of all channels: lowest, highest and last value of each stretch of time. */
export const trendsCsv = (instruments: readonly WallInstrument[], span: Span, now: number): string =>
  csvOf(
    ["time", "instrument", "title", "quantity", "unit", "lowest", "highest", "last"],
    instruments.flatMap(({ id, announcement: { title }, channels }) =>
      channels.flatMap((channel) =>
        trendRows(channel[span], now).map(([time, ...values]) => [
          time,
          id,
          title,
          channel.name,
          channel.quantity.unit,
          ...values,
        ]),
      ),
    ),
  );

export const logCsv = (entries: readonly LogEntry[]): string =>
  csvOf(
    ["time", "event", "priority", "instrument", "title", "text"],
    entries.map(({ at, transition, priority, id, title, text }) => [
      timeCell(at),
      transition,
      priority,
      id,
      title,
      text,
    ]),
  );
