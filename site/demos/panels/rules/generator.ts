import { SHAPES, type Shape } from "@achex/instruments";
import type { Description, NumberLimits, Settings } from "../../shared/instruments/wire.ts";

export const OUTPUTS = [1, 2] as const;
export type OutputNumber = (typeof OUTPUTS)[number];

/** What a generator is set to, for one output, as far as it makes sense. */
export interface OutputSettings {
  readonly shape: Shape;
  readonly frequency: number;
  /** V, peak to peak, as the load gets it. */
  readonly amplitude: number;
  readonly offset: number;
  /** 0 to 1. */
  readonly duty: number;
  readonly phase: number;
  readonly isOpen: boolean;
  readonly isOn: boolean;
  /** The most that the output can have with this load, V from 0. */
  readonly most: number;
}

/** Parameters that the large knob turns, in the order of their keys. */
export const PARAMETERS = ["frequency", "amplitude", "dc", "duty", "phase", "edge"] as const;
export type Parameter = (typeof PARAMETERS)[number];

export const nameOf = (parameter: string, output: OutputNumber): string => `${parameter}-${output}`;

const isShape = (value: unknown): value is Shape => SHAPES.some((one) => one === value);

/** Whether a shape has that parameter: a sine has no duty cycle, noise no frequency. */
export function hasParameter(shape: Shape, parameter: Parameter): boolean {
  if (parameter === "dc") return true;
  if (shape === "dc") return false;
  if (parameter === "amplitude") return true;
  if (shape === "noise") return false;
  if (parameter === "duty" || parameter === "edge") return shape === "square" || shape === "pulse";
  return true;
}

/** Half the range of the offset with an open end is what the output gives into 50 Ω. */
export function mostVolts({ limits }: Description, output: OutputNumber, isOpen: boolean): number {
  const range = limits?.[nameOf("dc", output)];
  const open = range && "max" in range ? range.max : Number.POSITIVE_INFINITY;
  return isOpen ? open : open / 2;
}

/** The settings of an output; undefined if something is missing or impossible, so that nothing impossible is drawn. */
export function outputOf(
  description: Description,
  settings: Settings,
  output: OutputNumber,
): OutputSettings | undefined {
  const shape = settings[nameOf("shape", output)];
  const load = settings[nameOf("load", output)];
  const numbers = ["frequency", "amplitude", "dc", "duty", "phase"].map((name) => settings[nameOf(name, output)]);
  const [frequency, amplitude, offset, duty, phase] = numbers.filter((one) => typeof one === "number");
  if (!isShape(shape) || phase === undefined || duty === undefined) return undefined;
  if (frequency === undefined || amplitude === undefined || offset === undefined) return undefined;
  const isOpen = load === "open";
  const most = mostVolts(description, output, isOpen);
  const isPossible = amplitude >= 0 && frequency > 0 && Math.abs(offset) + amplitude / 2 <= most + 1e-9;
  if (!isPossible || !(duty >= 0 && duty <= 100)) return undefined;
  const isOn = settings[nameOf("output", output)] === true;
  return { ...{ shape, frequency, amplitude, offset, phase, isOpen, isOn, most }, duty: duty / 100 };
}

/**
 * The range of a parameter with everything else as it is: amplitude and offset share what the output can give. A knob that stops there
 * never asks for something impossible.
 */
export function rangeOf(
  description: Description,
  settings: Settings,
  parameter: Parameter,
  output: OutputNumber,
): NumberLimits | undefined {
  const limits = description.limits?.[nameOf(parameter, output)];
  if (!limits || !("max" in limits)) return undefined;
  const at = outputOf(description, settings, output);
  if (!at || !Number.isFinite(at.most)) return limits;
  // Rounded down to a step: the instrument rounds to the nearest one, which could be beyond the end.
  const room = (value: number) => Number((Math.floor(value / limits.step + 1e-6) * limits.step).toPrecision(12));
  if (parameter === "amplitude")
    return { ...limits, max: Math.min(limits.max, room(2 * (at.most - Math.abs(at.offset)))) };
  if (parameter !== "dc") return limits;
  const most = room(at.most - at.amplitude / 2);
  return { ...limits, min: Math.max(limits.min, -most), max: Math.min(limits.max, most) };
}
