import type { NumberLimits } from "../../shared/instruments/wire.ts";

/** From here on a linear knob would have most of its values in the first pixel. */
const LOG_RATIO = 1e5;
/** Decades of a logarithmic scale in one range of the knob. */
const LOG_DECADES = 2;
/** Pixels of a drag for the whole range. */
const TRAVEL = 160;
/** With Shift. */
const FINE = 0.1;
/** Parts of the range that one arrow key makes, before it is rounded down to a power of ten. */
const PARTS = 100;
/** Significant digits of a value on a logarithmic scale. */
const LOG_DIGITS = { coarse: 3, fine: 5 };

export type Range = Pick<NumberLimits, "min" | "max" | "step">;

export const isLogarithmic = ({ min, max }: Range): boolean => min > 0 && max / min >= LOG_RATIO;

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The nearest value that the setting can have. Values count in steps from 0, as the instrument does; the ends are always possible. */
export function nearest({ min, max, step }: Range, value: number): number {
  if (Number.isNaN(value)) return min;
  const inside = clamp(value, min, max);
  if (inside === min || inside === max) return inside;
  // Without the second rounding, 3.3 in steps of 0.001 would be 3.3000000000000003.
  return clamp(Number((Math.round(inside / step) * step).toPrecision(12)), min, max);
}

/** Where on its scale a value is, 0 to 1. */
export function positionOf(range: Range, value: number): number {
  const { min, max } = range;
  if (max <= min) return 0;
  const inside = clamp(value, min, max);
  return isLogarithmic(range) ? Math.log(inside / min) / Math.log(max / min) : (inside - min) / (max - min);
}

/** The value at a position from 0 to 1. On a logarithmic scale it has few digits, unless it is turned finely. */
export function valueAt(range: Range, position: number, isFine = false): number {
  const { min, max } = range;
  const at = clamp(position, 0, 1);
  if (at === 0) return min;
  if (at === 1) return max;
  if (!isLogarithmic(range)) return nearest(range, min + at * (max - min));
  const digits = isFine ? LOG_DIGITS.fine : LOG_DIGITS.coarse;
  return nearest(range, Number((min * (max / min) ** at).toPrecision(digits)));
}

/** How far a drag of so many pixels upwards turns the knob, as a share of its scale. */
export function turnOf(range: Range, pixels: number, isFine: boolean): number {
  const decades = isLogarithmic(range) ? Math.log10(range.max / range.min) : LOG_DECADES;
  return ((pixels / TRAVEL) * (isFine ? FINE : 1) * LOG_DECADES) / decades;
}

const powerBelow = (value: number): number => 10 ** Math.floor(Math.log10(value) + 1e-9);

/** The digit that arrows change until somebody chooses another one: a hundredth of the range, or of a logarithmic value a tenth. */
export function usualDigit(range: Range, value: number): number {
  const { min, max, step } = range;
  const size = isLogarithmic(range) ? powerBelow(Math.max(Math.abs(value), min)) / 10 : powerBelow((max - min) / PARTS);
  return Math.max(size, powerBelow(step));
}

/** The digits that can be chosen, as powers of ten: from the step to the largest that fits into the range. */
export function digitRange({ min, max, step }: Range): { readonly least: number; readonly most: number } {
  const least = powerBelow(step);
  return { least, most: Math.max(least, powerBelow(Math.max(max - min, step))) };
}

/** The digit to the left (10) or to the right (0.1), if there is one. */
export function otherDigit(range: Range, digit: number, factor: 10 | 0.1): number {
  const { least, most } = digitRange(range);
  const next = Number((digit * factor).toPrecision(3));
  return next < least * 0.999 || next > most * 1.001 ? digit : next;
}

/** The value after so many clicks of that digit. */
export function stepped(range: Range, value: number, clicks: number, digit: number): number {
  const size = Math.max(digit, range.step);
  return nearest(range, Number((value + clicks * size).toPrecision(12)));
}

/** Clicks and factors of keys, by the names of KeyboardEvent.key. Undefined: the knob does not use the key. */
export function valueAfterKey(
  range: Range,
  value: number,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  digit: number,
): number | undefined {
  const fine = shiftKey ? Math.max(digit * FINE, range.step) : digit;
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return stepped(range, value, 1, fine);
    case "ArrowDown":
    case "ArrowLeft":
      return stepped(range, value, -1, fine);
    case "PageUp":
      return stepped(range, value, 10, fine);
    case "PageDown":
      return stepped(range, value, -10, fine);
    case "Home":
      return range.min;
    case "End":
      return range.max;
    default:
      return undefined;
  }
}
