import { MINUS } from "../../shared/instruments/format.ts";
import type { Settings } from "../../shared/instruments/wire.ts";
import type { Measurements } from "../signal/measure.ts";

/** The setting of a function generator that says what a measurement should be, and what a unit of it is in the measurement. */
const SETTINGS: Readonly<Partial<Record<keyof Measurements, { readonly name: string; readonly factor: number }>>> = {
  frequency: { name: "frequency", factor: 1 },
  amplitude: { name: "amplitude", factor: 1 },
  duty: { name: "duty", factor: 0.01 },
};
/** Shapes whose duty cycle is a setting. */
const WITH_DUTY: readonly unknown[] = ["square", "pulse"];

/** How far a measurement is from what the generator was set to: `+0.02 %`. Undefined if there is nothing to compare. */
export function deviationOf(
  key: keyof Measurements,
  measured: Measurements | undefined,
  settings: Settings,
  channel: number,
): string | undefined {
  const setting = SETTINGS[key];
  const n = channel + 1;
  const value = measured?.[key];
  const wanted = setting && settings[`${setting.name}-${n}`];
  if (!setting || value === undefined || typeof wanted !== "number" || settings[`output-${n}`] !== true)
    return undefined;
  const shape = settings[`shape-${n}`];
  if (shape === "dc" || shape === "noise" || (key === "duty" && !WITH_DUTY.includes(shape))) return undefined;
  const percent = (value / (wanted * setting.factor) - 1) * 100;
  if (!Number.isFinite(percent) || Math.abs(percent) > 999) return undefined;
  return `${percent < 0 ? MINUS : "+"}${Math.abs(percent).toFixed(2)} %`;
}
