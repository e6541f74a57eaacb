import type { Quantity } from "../../shared/instruments/wire.ts";

/** Where a value is, seen from a limit: `between` is less than the deadband away, and changes nothing. */
export type Position = "inside" | "between" | "beyond";

/** Of the scale: a value that swings around its limit raises one alarm, not hundreds. */
const DEADBAND = 0.02;

/** The share of the scale where a value is, 0 to 1; less or more if it is beyond. */
export function shareOf(value: number, { min, max, log }: Pick<Quantity, "min" | "max" | "log">): number {
  if (!log) return (value - min) / (max - min);
  return value > 0 ? Math.log(value / min) / Math.log(max / min) : Number.NEGATIVE_INFINITY;
}

function positionAbove(value: number, limit: number, scale: Quantity): Position {
  if (value > limit) return "beyond";
  return shareOf(limit, scale) - shareOf(value, scale) >= DEADBAND ? "inside" : "between";
}

/** The other way round: the scale upside down. */
function positionBelow(value: number, limit: number, scale: Quantity): Position {
  if (value < limit) return "beyond";
  return shareOf(value, scale) - shareOf(limit, scale) >= DEADBAND ? "inside" : "between";
}

/** Where the value is, seen from the upper and from the lower end of the normal band. Without that end: inside. */
export const highPosition = (value: number, quantity: Quantity): Position =>
  quantity.high === undefined ? "inside" : positionAbove(value, quantity.high, quantity);
export const lowPosition = (value: number, quantity: Quantity): Position =>
  quantity.low === undefined ? "inside" : positionBelow(value, quantity.low, quantity);
