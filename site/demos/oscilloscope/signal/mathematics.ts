import type { Samples } from "./levels.ts";

export const OPERATIONS = ["off", "add", "subtract", "multiply", "fft"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The unit of what an operation makes of two voltages. */
export const unitOf = (operation: Operation): string =>
  operation === "fft" ? "dBV" : operation === "multiply" ? "V²" : "V";

/** A third trace from the two channels. Undefined without a second channel, and for operations that are no sum or product. */
export function combine(
  operation: Operation,
  one: Samples | undefined,
  other: Samples | undefined,
): Samples | undefined {
  if (!one || !other) return undefined;
  switch (operation) {
    case "add":
      return one.map((value, at) => value + (other[at] ?? 0));
    case "subtract":
      return one.map((value, at) => value - (other[at] ?? 0));
    case "multiply":
      return one.map((value, at) => value * (other[at] ?? 0));
    default:
      return undefined;
  }
}
