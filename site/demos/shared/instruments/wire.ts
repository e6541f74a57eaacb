import * as v from "valibot";
import { lineFrom } from "../text.ts";

/** The frames of docs/instruments.md, as a page checks them. Everything here was written by others. */

/** Instance in which instruments and their pages meet. */
export const INSTANCE = "instruments";

/** Characters of texts for people. */
const TITLE = 64;
/** Settings, quantities and actions of one instrument. */
const ENTRIES = 64;
const QUANTITIES = 16;
const DIGITS = { least: 1, most: 12 };
/** ms. */
const INTERVAL = { least: 1, most: 3_600_000 };
const STATUS = { words: 16, length: 32 };

const text = v.pipe(v.string(), v.maxLength(TITLE), v.transform(lineFrom));
const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/));
const finite = v.pipe(v.number(), v.finite());
const date = v.pipe(v.string(), v.isoDate());
/** Names of settings and quantities; `__proto__` is none of them. */
const name = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9.-]{0,31}$/));

export const announcement = v.pipe(
  v.object({
    instrument: id,
    kind: v.pipe(text, v.minLength(1)),
    title: text,
    maker: text,
    model: text,
    serial: text,
    firmware: text,
    calibrated: v.optional(date),
    due: v.optional(date),
    waveform: v.optional(v.pipe(finite, v.integer(), v.minValue(1), v.maxValue(8))),
  }),
  v.transform(({ instrument, title, ...rest }) => ({ ...rest, id: instrument, title: title || instrument })),
);
/** What an instrument says about itself. */
export type Announcement = v.InferOutput<typeof announcement>;

const settingValue = v.union([finite, v.boolean(), v.pipe(v.string(), v.maxLength(TITLE))]);
export type SettingValue = v.InferOutput<typeof settingValue>;

const entries = <Value extends v.GenericSchema>(value: Value, most: number) =>
  v.pipe(
    v.record(name, value),
    v.check((all) => Object.keys(all).length <= most, `more than ${most} entries`),
  );

const numberLimits = v.pipe(
  v.object({ title: text, unit: text, min: finite, max: finite, step: v.pipe(finite, v.gtValue(0)) }),
  v.check(({ min, max }) => min <= max, "min is greater than max"),
);
const choiceLimits = v.object({ title: text, values: v.pipe(v.array(settingValue), v.minLength(1), v.maxLength(64)) });
const settingLimits = v.union([choiceLimits, numberLimits]);
export type SettingLimits = v.InferOutput<typeof settingLimits>;
export type NumberLimits = v.InferOutput<typeof numberLimits>;

const quantity = v.pipe(
  v.object({
    title: text,
    unit: text,
    digits: v.pipe(finite, v.integer(), v.minValue(DIGITS.least), v.maxValue(DIGITS.most)),
    min: finite,
    max: finite,
    low: v.optional(finite),
    high: v.optional(finite),
    log: v.optional(v.boolean()),
  }),
  v.check(({ min, max }) => min < max, "min is not less than max"),
  v.check(({ low, high }) => low === undefined || high === undefined || low < high, "low is not less than high"),
  v.check(({ log, min }) => log !== true || min > 0, "a logarithmic scale begins above 0"),
);
export type Quantity = v.InferOutput<typeof quantity>;

/** The keys of an instrument's state. Each is checked alone, so that one that is wrong does not hide the others. */
export const stateSchemas = {
  settings: entries(settingValue, ENTRIES),
  limits: entries(settingLimits, ENTRIES),
  quantities: entries(quantity, QUANTITIES),
  actions: entries(v.object({ title: text }), ENTRIES),
  interval: v.pipe(finite, v.minValue(INTERVAL.least), v.maxValue(INTERVAL.most)),
  waveform: v.object({
    channels: v.pipe(finite, v.integer(), v.minValue(1), v.maxValue(8)),
    points: v.pipe(finite, v.integer(), v.minValue(2), v.maxValue(10_000)),
  }),
} as const;
export type StateKey = keyof typeof stateSchemas;
/** What an instrument has described so far. */
export type Description = { readonly [Key in StateKey]: v.InferOutput<(typeof stateSchemas)[Key]> | undefined };
export type Settings = NonNullable<Description["settings"]>;

/** A reading, before its values are compared with the quantities: `v` may have anything. */
export const reading = v.object({
  r: id,
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  t: finite,
  v: v.record(v.string(), v.unknown()),
  s: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(STATUS.length))), v.maxLength(STATUS.words)), []),
});

export const answer = v.object({ settings: stateSchemas.settings, scpi: v.optional(v.string()) });
export type Answer = v.InferOutput<typeof answer>;

/** The first thing that is wrong with a value, in one line. */
export function problemOf([issue]: readonly v.BaseIssue<unknown>[]): string {
  if (!issue) return "it does not conform";
  const path = v.getDotPath(issue);
  return `${path ? `${path}: ` : ""}${issue.message}`.slice(0, 200);
}
