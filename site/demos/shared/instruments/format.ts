import type { Quantity } from "./wire.ts";

export const MINUS = "−";
/** What stands where there is no value. */
export const NO_VALUE = "– – –";

const PREFIXES = new Map([
  [-12, "p"],
  [-9, "n"],
  [-6, "µ"],
  [-3, "m"],
  [0, ""],
  [3, "k"],
  [6, "M"],
  [9, "G"],
  [12, "T"],
]);
/** Units that have prefixes. Others, such as °C, % or L/min, stay as they are. */
const PREFIXED: ReadonlySet<string> = new Set(["V", "Vpp", "Vrms", "A", "W", "Ω", "Hz", "s", "Pa", "F", "H", "J", "C"]);

export interface Formatted {
  /** Digits, with a minus sign where needed. */
  readonly digits: string;
  /** The unit with its prefix. */
  readonly unit: string;
}

export const takesPrefix = (unit: string): boolean => PREFIXED.has(unit);

const exponentOf = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) + 1e-12));

/** The power of ten of the prefix for a value of that size: −3 for 0.02. */
function prefixPower(size: number, unit: string): number {
  if (size === 0 || !takesPrefix(unit)) return 0;
  return Math.max(-12, Math.min(12, 3 * Math.floor(exponentOf(size) / 3)));
}

const withSign = (text: string): string =>
  text.startsWith("-") ? (Number(text) === 0 ? text.slice(1) : MINUS + text.slice(1)) : text;

function scaled(value: number, power: number, decimals: number, unit: string): Formatted {
  const digits = (value / 10 ** power).toFixed(Math.max(0, Math.min(15, decimals)));
  return { digits: withSign(digits), unit: (PREFIXES.get(power) ?? "") + unit };
}

/** A value with so many significant digits, and the prefix that fits it: `0.00332` V with 3 digits is `3.32` `mV`. */
export function formatValue(value: number, unit: string, digits = 4): Formatted {
  if (!Number.isFinite(value)) return { digits: value > 0 ? "∞" : value < 0 ? `${MINUS}∞` : NO_VALUE, unit };
  // Rounded first: 999.96 with 4 digits is 1.000 k.
  const rounded = Number(value.toPrecision(digits));
  const power = prefixPower(rounded, unit);
  const exponent = exponentOf(rounded) - power;
  if (Math.abs(exponent) > 8) return { digits: withSign(value.toExponential(digits - 1)), unit };
  return scaled(value, power, digits - 1 - exponent, unit);
}

/** As formatValue, in one text. */
export function formatText(value: number, unit: string, digits?: number): string {
  const formatted = formatValue(value, unit, digits);
  return formatted.unit === "" ? formatted.digits : `${formatted.digits} ${formatted.unit}`;
}

/**
 * A value of a quantity. Prefix and decimals come from the scale, so that digits stay where they are while the value changes; on a
 * logarithmic scale they come from the value. Undefined and null: no value.
 */
export function formatReading(
  value: number | null | undefined,
  { unit, digits, min, max, log }: Pick<Quantity, "unit" | "digits" | "min" | "max" | "log">,
): Formatted {
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (value === null || value === undefined)
    return { digits: NO_VALUE, unit: log ? unit : scaled(0, prefixPower(size, unit), 0, unit).unit };
  if (log || !Number.isFinite(value)) return formatValue(value, unit, digits);
  const power = prefixPower(size, unit);
  const integers = exponentOf(size) - power + 1;
  // Far outside the scale, its decimals would make a text of any length.
  if (Math.abs(value) >= 1_000 * size) return { digits: withSign(value.toExponential(Math.max(0, digits - 1))), unit };
  return scaled(value, power, digits - integers, unit);
}

const TYPED = /^([+\-−]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-zµμΩ°/%]*)$/i;
const TYPED_PREFIXES: Readonly<Record<string, number>> = {
  p: -12,
  n: -9,
  u: -6,
  µ: -6,
  μ: -6,
  m: -3,
  k: 3,
  K: 3,
  M: 6,
  G: 9,
};

/** What somebody typed: `250m`, `3.3`, `1.2 kHz`, `-5e-3`. Undefined if it is not a number, or has another unit. */
export function parseTyped(typed: string, unit: string): number | undefined {
  const [, number = "", suffix = ""] = TYPED.exec(typed.trim().replace(",", ".")) ?? [];
  if (number === "") return undefined;
  const value = Number(number.replace(MINUS, "-"));
  const isUnit = (text: string) => text === "" || text.toLowerCase() === unit.toLowerCase();
  if (isUnit(suffix)) return value;
  const power = TYPED_PREFIXES[suffix.charAt(0)];
  if (power === undefined || !takesPrefix(unit) || !isUnit(suffix.slice(1))) return undefined;
  // Not a multiplication by 10 ** -3, which is inexact: 250 m would be 0.25000000000000006 or so.
  return power < 0 ? value / 10 ** -power : value * 10 ** power;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long ago: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function formatAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < 10 * SECOND) return `${(age / SECOND).toFixed(1)} s`;
  if (age < 2 * MINUTE) return `${Math.floor(age / SECOND)} s`;
  if (age < 2 * HOUR) return `${Math.floor(age / MINUTE)} min`;
  return age < 48 * HOUR ? `${Math.floor(age / HOUR)} h` : `${Math.floor(age / (24 * HOUR))} d`;
}
