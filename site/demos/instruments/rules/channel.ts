import { formatReading, takesPrefix } from "../../shared/instruments/format.ts";
import type { Quantity } from "../../shared/instruments/wire.ts";
import type { Subject } from "./alarm.ts";
import { shareOf } from "./limits.ts";
import { Trend } from "./trend.ts";

/** The trends: the last minute, and the last hour. */
const MINUTE = { width: 500, length: 120 } as const;
const HOUR = { width: 15_000, length: 240 } as const;
/** Of a limit. */
const DELAYS = { onDelay: 1_000, offDelay: 2_000 } as const;
/** Of the scale: noise around the end of a scale is not a lie. */
const TOLERANCE = 0.02;
/** Units that should have been converted. */
const PREFIXES = "p n u µ m k M G T".split(" ");

/** One quantity of an instrument on the wall. */
export class Channel {
  readonly minute = new Trend(MINUTE.width, MINUTE.length);
  readonly hour = new Trend(HOUR.width, HOUR.length);
  readonly high: Subject;
  readonly low: Subject;
  /** Null: none at the moment. Undefined: none yet, or not a number. */
  value: number | null | undefined;

  constructor(
    id: string,
    readonly name: string,
    public quantity: Quantity,
  ) {
    this.high = { key: `${id}/high/${name}`, id, priority: 2, ...DELAYS };
    this.low = { key: `${id}/low/${name}`, id, priority: 2, ...DELAYS };
  }

  take(value: number | null | undefined, now: number): void {
    this.value = value;
    if (typeof value !== "number") return;
    this.minute.add(value, now);
    this.hour.add(value, now);
  }

  get text(): string {
    return this.textOf(this.value);
  }

  /** A value of this quantity, with its unit. */
  textOf(value: number | null | undefined): string {
    const { digits, unit } = formatReading(value, this.quantity);
    return unit === "" ? digits : `${digits} ${unit}`;
  }

  /** Which end of the normal band the present value is beyond. */
  get beyond(): "high" | "low" | undefined {
    const { value, quantity } = this;
    if (typeof value !== "number") return undefined;
    if (quantity.high !== undefined && value > quantity.high) return "high";
    return quantity.low !== undefined && value < quantity.low ? "low" : undefined;
  }
}

export function isOffScale(value: number, quantity: Quantity): boolean {
  const share = shareOf(value, quantity);
  return share < -TOLERANCE || share > 1 + TOLERANCE;
}

/** A unit such as mV, where the documents ask for V. */
export const hasPrefix = (unit: string): boolean =>
  unit.length > 1 && PREFIXES.includes(unit.charAt(0)) && takesPrefix(unit.slice(1)) && !takesPrefix(unit);
