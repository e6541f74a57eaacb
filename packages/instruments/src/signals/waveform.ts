import type { Random } from "./random.ts";

export const SHAPES = ["sine", "square", "triangle", "ramp", "pulse", "noise", "dc"] as const;
export type Shape = (typeof SHAPES)[number];

/** One output of a function generator. */
export interface Signal {
  readonly shape: Shape;
  /** Hz. */
  readonly frequency: number;
  /** V, peak to peak. */
  readonly amplitude: number;
  /** V. */
  readonly offset: number;
  /** Part of the period that a square or pulse is high, 0 to 1. */
  readonly duty: number;
  /** Degrees. */
  readonly phase: number;
  /** Seconds from 10 % to 90 % of an edge, of squares and pulses. */
  readonly edge: number;
}

/** A trapezoid of height 1 that rises at 0 and falls at `duty`; `ramp` is the length of an edge, all in periods. */
function trapezoid(at: number, duty: number, ramp: number): number {
  // Edges are centred on their moment, so that the time above 50 % is the duty.
  const from = (at + ramp / 2) % 1;
  if (from < ramp) return from / ramp;
  if (from < duty) return 1;
  return from < duty + ramp ? 1 - (from - duty) / ramp : 0;
}

/** From −1 to 1, at a position within the period from 0 to 1. */
function unitValue({ shape, duty, edge, frequency }: Signal, at: number, random: Random): number {
  switch (shape) {
    case "sine":
      return Math.sin(2 * Math.PI * at);
    case "triangle":
      return at < 0.25 ? 4 * at : at < 0.75 ? 2 - 4 * at : 4 * at - 4;
    case "ramp":
      return 2 * at - 1;
    case "square":
    case "pulse": {
      // 10 % to 90 % is 0.8 of the whole edge. An edge cannot be longer than what it belongs to.
      const ramp = Math.min((edge / 0.8) * frequency, duty, 1 - duty);
      return 2 * trapezoid(at, duty, Math.max(ramp, 1e-9)) - 1;
    }
    case "noise":
      return Math.max(-1, Math.min(1, random.normal() / 3));
    case "dc":
      return 0;
  }
}

/** Volts at a time in seconds. */
export function valueAt(signal: Signal, seconds: number, random: Random): number {
  const cycles = seconds * signal.frequency + signal.phase / 360;
  return signal.offset + (signal.amplitude / 2) * unitValue(signal, cycles - Math.floor(cycles), random);
}
