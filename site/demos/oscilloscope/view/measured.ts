import { formatText, MINUS, NO_VALUE } from "../../shared/instruments/format.ts";
import type { Measurements } from "../signal/measure.ts";
import type { Scope } from "./scope.ts";

export interface Row {
  readonly key: keyof Measurements;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** What a percentage is multiplied by. */
  readonly factor?: number;
}

/** The measurements of a channel, in the order in which the table has them. */
export const ROWS: readonly Row[] = [
  { key: "frequency", title: "Frequency", unit: "Hz", digits: 5 },
  { key: "peakToPeak", title: "Vpp", unit: "V", digits: 4 },
  { key: "amplitude", title: "Amplitude", unit: "V", digits: 4 },
  { key: "mean", title: "Mean", unit: "V", digits: 4 },
  { key: "rms", title: "Vrms", unit: "V", digits: 4 },
  { key: "acRms", title: "Vrms AC", unit: "V", digits: 4 },
  { key: "max", title: "Maximum", unit: "V", digits: 4 },
  { key: "min", title: "Minimum", unit: "V", digits: 4 },
  { key: "duty", title: "Duty cycle", unit: "%", digits: 4, factor: 100 },
  { key: "rise", title: "Rise time", unit: "s", digits: 3 },
  { key: "fall", title: "Fall time", unit: "s", digits: 3 },
];

/** A measured value with its unit, or dashes where the waveform does not allow it. */
export function textOf({ key, unit, digits, factor = 1 }: Row, measured: Measurements | undefined): string {
  const value = measured?.[key];
  return value === undefined ? NO_VALUE : formatText(value * factor, unit, digits);
}

/** A level of a spectrum. */
export const levelText = (level: number): string => `${level < 0 ? MINUS : ""}${Math.abs(level).toFixed(1)} dBV`;

const SPOKEN: readonly (keyof Measurements)[] = ["frequency", "peakToPeak", "rms", "mean"];

/** The screen in words. */
export function summaryOf(scope: Scope): string {
  const { channels, peak } = scope.readout.value;
  const parts = channels.map((measured, at) => {
    if (!measured) return `Channel ${at + 1} is off.`;
    const rows = ROWS.filter(({ key }) => SPOKEN.includes(key) && measured[key] !== undefined);
    return `Channel ${at + 1}: ${rows.map((row) => `${row.title} ${textOf(row, measured)}`).join(", ")}.`;
  });
  const spectrum = peak ? [`Highest line ${formatText(peak.frequency, "Hz", 4)}, ${levelText(peak.level)}.`] : [];
  return [...parts, ...spectrum].join(" ");
}
