import { ScpiError } from "./errors.ts";

/** Prefixes as SCPI reads them: in any case, so M is milli; mega is MA, and M before HZ and OHM. */
const PREFIXES: Readonly<Record<string, number>> = {
  EX: 1e18,
  PE: 1e15,
  T: 1e12,
  G: 1e9,
  MA: 1e6,
  K: 1e3,
  "": 1,
  M: 1e-3,
  U: 1e-6,
  N: 1e-9,
  P: 1e-12,
  F: 1e-15,
  A: 1e-18,
};

function factorOf(suffix: string, unit: string): number {
  const wanted = unit.toUpperCase();
  const typed = suffix.toUpperCase();
  if (typed === "") return 1;
  if (wanted === "" || !typed.endsWith(wanted)) throw new ScpiError("invalid-suffix", suffix);
  const prefix = typed.slice(0, -wanted.length);
  const mega = prefix === "M" && (wanted === "HZ" || wanted === "OHM");
  const factor = mega ? 1e6 : Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined;
  if (factor === undefined) throw new ScpiError("invalid-suffix", suffix);
  return factor;
}

/**
 * A number as SCPI writes it: `3.3`, `33E-1`, `3300 mV`, `MIN`, `MAX`, `DEF`, `INF`. The unit is SCPI's word for it, such as `V`, `HZ`,
 * `OHM` or `S`. Throws a ScpiError.
 */
export function readNumber(
  text: string,
  { unit, min, max, default: initial }: { unit: string; min: number; max: number; default: number },
): number {
  const word = text.toUpperCase();
  if (word === "MIN" || word === "MINIMUM") return min;
  if (word === "MAX" || word === "MAXIMUM") return max;
  if (word === "DEF" || word === "DEFAULT") return initial;
  if (word === "INF" || word === "INFINITY") return Number.POSITIVE_INFINITY;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,3})?)\s*([a-z]*)$/i.exec(text);
  if (!match) throw new ScpiError("data-type", text);
  const [, digits = "", suffix = ""] = match;
  // Without rounding, 3300 mV would be 3.3000000000000003 V.
  return Number((Number(digits) * factorOf(suffix, unit)).toPrecision(15));
}

/** `ON`, `OFF`, `1`, `0`. Throws a ScpiError. */
export function readBoolean(text: string): boolean {
  const word = text.toUpperCase();
  if (word === "ON" || word === "1") return true;
  if (word === "OFF" || word === "0") return false;
  throw new ScpiError("illegal-value", text);
}

/** One of the spellings, such as `SINusoid`, in short or long form; returns the spelling. Throws a ScpiError. */
export function readChoice<Spelling extends string>(text: string, spellings: readonly Spelling[]): Spelling {
  const word = text.toUpperCase();
  const found = spellings.find((one) => word === one.toUpperCase() || word === one.replace(/[a-z]+$/, ""));
  if (found === undefined) throw new ScpiError("illegal-value", text);
  return found;
}

/** SCPI's number for values that cannot be measured. */
const INFINITE = "9.9E37";

/** `+3.30000E+00`; `9.9E37` for what is not a finite number. */
export function writeNumber(value: number | null): string {
  if (value === null || Number.isNaN(value) || value === Number.POSITIVE_INFINITY) return INFINITE;
  if (value === Number.NEGATIVE_INFINITY) return `-${INFINITE}`;
  const [mantissa = "0", exponent = "+0"] = Math.abs(value).toExponential(5).split("e");
  const sign = value < 0 ? "-" : "+";
  return `${sign}${mantissa}E${exponent.charAt(0)}${exponent.slice(1).padStart(2, "0")}`;
}
