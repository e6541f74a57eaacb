import { formatText, formatValue, parseTyped } from "../../shared/instruments/format.ts";
import type { NumberLimits } from "../../shared/instruments/wire.ts";
import { digitRange, isLogarithmic, nearest } from "./scale.ts";

/** Digits of a value on a logarithmic scale. */
const LOG_DIGITS = 6;
/** Decimals at most; the step of an edge time has more. */
const DECIMALS = 9;

/** A value as its readout shows it: before, at and after the digit that arrows change. */
export interface Readout {
  readonly before: string;
  /** One digit, or empty if the digit does not show. */
  readonly digit: string;
  readonly after: string;
  readonly unit: string;
}

/** Splits a number at the digit of that size. `power` is the exponent of the prefix: −3 for milli. */
function split(text: string, digit: number, power: number): Omit<Readout, "unit"> {
  const point = text.includes(".") ? text.indexOf(".") : text.length;
  const place = Math.round(Math.log10(digit)) - power;
  const at = place >= 0 ? point - 1 - place : point - place;
  if (at < 0 || !/^\d$/.test(text.charAt(at))) return { before: text, digit: "", after: "" };
  return { before: text.slice(0, at), digit: text.charAt(at), after: text.slice(at + 1) };
}

/** The exponent of a prefix from what formatValue made of a value: formatting is shared, so it is asked and not repeated. */
function powerOf(value: number, digits: string): number {
  const shown = Math.abs(Number(digits.replace("−", "-")));
  if (shown === 0 || value === 0) return 0;
  return Math.round(Math.log10(Math.abs(value) / shown) / 3) * 3;
}

/** The value of a setting with all decimals of its step, so that digits stay where they are. */
export function readoutOf({ unit, ...range }: NumberLimits, value: number, digit?: number): Readout {
  if (isLogarithmic(range)) {
    const formatted = formatValue(value, unit, LOG_DIGITS);
    const power = powerOf(value, formatted.digits);
    return { ...split(formatted.digits, digit ?? 0, power), unit: formatted.unit };
  }
  const { least } = digitRange(range);
  const decimals = Math.max(0, Math.min(DECIMALS, -Math.round(Math.log10(least))));
  const text = value
    .toFixed(decimals)
    .replace(/^-(?=[0.]*$)/, "")
    .replace("-", "−");
  return { ...split(text, digit ?? 0, 0), unit };
}

/** A value with its unit for people and screen readers. */
export function textOfValue(limits: NumberLimits, value: number): string {
  const { before, digit, after, unit } = readoutOf(limits, value);
  return `${before}${digit}${after} ${unit}`.trim();
}

/** What somebody typed: a value, or why it is none. */
export type Entry = { readonly value: number } | { readonly problem: string };

/** `250m`, `3.3 V`, `1.2k`, `min` and `max`; rounded to the step of the setting. The instrument has the last word about the range. */
export function entryOf(limits: NumberLimits, typed: string): Entry {
  const { unit, min, max, title } = limits;
  const word = typed.trim().toLowerCase();
  if (word === "min") return { value: min };
  if (word === "max") return { value: max };
  const value = parseTyped(typed, unit);
  if (value === undefined || !Number.isFinite(value)) {
    const example = formatText(nearest(limits, min + (max - min) / 4), unit, 3);
    return { problem: `Type a number, such as ${example}, with or without the unit.` };
  }
  if (value < min || value > max) {
    return {
      problem: `${title}: ${formatText(min, unit)} to ${formatText(max, unit)}, not ${formatText(value, unit)}.`,
    };
  }
  return { value: nearest(limits, value) };
}
