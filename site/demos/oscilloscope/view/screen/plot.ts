import { DIVISIONS } from "@achex/instruments";
import type { Settings } from "../../../shared/instruments/wire.ts";
import type { Waveform } from "../../net/waveform.ts";

/** The part of the canvas with the divisions, CSS pixels. Around it is room for marks. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const MARGIN = { left: 18, top: 14, right: 18, bottom: 6 } as const;

export const plotOf = (width: number, height: number): Plot => ({
  left: MARGIN.left,
  top: MARGIN.top,
  // Whole pixels, so that lines of the grid are sharp.
  width: Math.max(10, Math.floor(width - MARGIN.left - MARGIN.right)),
  height: Math.max(8, Math.floor(height - MARGIN.top - MARGIN.bottom)),
});

export interface Scale {
  /** Per division. */
  readonly range: number;
  /** At the centre of the screen. */
  readonly centre: number;
}

/** How the settings of the instrument, or what can be concluded from a waveform, place it on the screen. */
export interface Axes {
  /** Seconds per division. */
  readonly timebase: number;
  /** Part of the screen before the trigger. */
  readonly position: number;
  readonly channels: readonly Scale[];
  readonly trigger: { readonly source: number; readonly level: number; readonly slope: "rise" | "fall" };
}

const positive = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : otherwise;
const finite = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;

/** Volts per division for an instrument that has no setting for it. */
const PLAIN = { range: 1, timebase: 1e-3 };

export function axesOf(settings: Settings, waveform: Waveform | undefined): Axes {
  const length = (waveform?.channels[0]?.length ?? 0) * (waveform?.dt ?? 0);
  const source = settings["trigger-source"] === "2" ? 1 : 0;
  return {
    timebase: positive(settings.timebase, positive(length / DIVISIONS.time, PLAIN.timebase)),
    position: Math.max(0, Math.min(1, finite(settings["trigger-position"], 0.5))),
    channels: [1, 2].map((n) => ({
      range: positive(settings[`range-${n}`], PLAIN.range),
      centre: finite(settings[`offset-${n}`], 0),
    })),
    trigger: {
      source,
      level: finite(settings["trigger-level"], 0),
      slope: settings["trigger-slope"] === "fall" ? "fall" : "rise",
    },
  };
}

/** Vertical position of a value. */
export const yOf = ({ top, height }: Plot, { range, centre }: Scale, value: number): number =>
  top + height / 2 - ((value - centre) / range) * (height / DIVISIONS.voltage);

/** The value at a vertical position. */
export const valueAtY = ({ top, height }: Plot, { range, centre }: Scale, y: number): number =>
  centre + ((top + height / 2 - y) / (height / DIVISIONS.voltage)) * range;

/** The samples that the screen shows: the first, with fraction, and their number. */
export function visibleSamples({ dt, trigger }: Waveform, { timebase, position }: Axes) {
  const count = (DIVISIONS.time * timebase) / dt;
  return { first: trigger - position * count, count };
}
