import type { Settings } from "../../shared/instruments/wire.ts";
import type { Measurements } from "./measure.ts";
import { type Range, stepUp } from "./steps.ts";

/** Periods on the screen. */
const PERIODS = 2.5;
/** Divisions that a signal should fill, of eight. */
const HEIGHT = 6;
const DIVISIONS = 10;
/** Volts below which a channel has no signal, only noise. */
const LEAST = 0.015;

const within = (value: number, { min, max }: Range): number => Math.max(min, Math.min(max, value));

export interface Limits {
  readonly timebase: Range;
  readonly range: Range;
}

/** Settings that show all of a signal whose measurements are known; without a period, the time per division stays. */
export function settingsFor(
  channels: readonly (Measurements | undefined)[],
  limits: Limits,
): Record<string, number | string> {
  const settings: Record<string, number | string> = {};
  let source: number | undefined;
  for (const [channel, measured] of channels.entries()) {
    if (!measured) continue;
    const { max, min, frequency } = measured;
    const middle = (max + min) / 2;
    settings[`range-${channel + 1}`] = within(stepUp(Math.max(max - min, LEAST) / HEIGHT), limits.range);
    settings[`offset-${channel + 1}`] = Number(middle.toPrecision(4));
    if (source !== undefined || frequency === undefined || max - min < LEAST) continue;
    source = channel;
    settings["trigger-source"] = String(channel + 1);
    settings["trigger-level"] = Number(middle.toPrecision(4));
    settings.timebase = within(stepUp(PERIODS / frequency / DIVISIONS), limits.timebase);
  }
  return settings;
}

/** Times per division at which a signal of unknown frequency is looked for, fastest first. */
export const SEARCH = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2] as const;

/** What a search for a signal begins with: everything on the screen, and no waiting for a trigger. */
export const searchSettings = (timebase: number, limits: Limits): Settings => ({
  run: true,
  "trigger-mode": "auto",
  timebase: within(timebase, limits.timebase),
  "range-1": limits.range.max,
  "range-2": limits.range.max,
  "offset-1": 0,
  "offset-2": 0,
});
