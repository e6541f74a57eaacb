import { formatReading } from "../../shared/instruments/format.ts";
import { isOnScale, measuredValue } from "../../shared/instruments/readings.ts";
import type { Quantity } from "../../shared/instruments/wire.ts";
import { Digits } from "../controls/digits.tsx";
import type { OpenInstrument, Received } from "../net/open-instrument.ts";

/** Intervals without a reading after which the last one is old. */
const STALE = 3;
const LEAST_AGE = 1_000;

/** Milliseconds since the last reading, if that is longer than it should be. */
export function staleFor({ reading, followed }: OpenInstrument, now: number): number | undefined {
  const { value } = reading;
  if (!value) return undefined;
  const age = now - value.received;
  return age > Math.max(LEAST_AGE, STALE * (followed.description.value.interval ?? 0)) ? age : undefined;
}

interface MeasuredProps {
  readonly name: string;
  readonly quantity: Quantity;
  readonly reading: Received | undefined;
  readonly tone?: "volts" | "amps";
  readonly isStale: boolean;
}

/** A measured value. One that its scale cannot show is marked, because something must be wrong with it. */
export function Measured({ name, quantity, reading, tone, isStale }: MeasuredProps) {
  const value = reading && measuredValue(reading, name);
  const { digits, unit } = formatReading(value, quantity);
  const isBeyond = typeof value === "number" && !isOnScale(value, withMargin(quantity));
  return (
    <span class={`measured ${tone ?? ""} ${isStale ? "stale" : ""}`.trim()} data-quantity={name}>
      <Digits readout={{ before: digits, digit: "", after: "", unit }} />
      {isBeyond ? <span class="beyond">beyond its scale</span> : null}
    </span>
  );
}

/** Noise may exceed the scale a little. */
function withMargin(quantity: Quantity): Quantity {
  const margin = (quantity.max - quantity.min) * 0.02;
  return { ...quantity, min: quantity.log ? quantity.min : quantity.min - margin, max: quantity.max + margin };
}
