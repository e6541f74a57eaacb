import FFT from "fft.js";
import type { Samples } from "./levels.ts";

/** Coefficients of windows that are sums of cosines. */
const WINDOWS = {
  rectangular: [1],
  hann: [0.5, 0.5],
  "blackman-harris": [0.35875, 0.48829, 0.14128, 0.01168],
  "flat-top": [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type Window = keyof typeof WINDOWS;
export const WINDOW_NAMES: readonly Window[] = ["hann", "flat-top", "blackman-harris", "rectangular"];

const windowAt = (coefficients: readonly number[], at: number, length: number): number =>
  coefficients.reduce(
    (sum, one, order) => sum + (order % 2 === 0 ? one : -one) * Math.cos((2 * Math.PI * order * at) / length),
    0,
  );

export interface Spectrum {
  /** Hz between two lines. */
  readonly step: number;
  /** dBV: 0 dB is a sine of 1 V rms. Line 0 is 0 Hz. */
  readonly levels: Float64Array;
}

/** Levels below are noise of the arithmetic. */
const FLOOR = -160;

/** What stays the same from one spectrum to the next. Its tables take longer to compute than a transform. */
interface Plan {
  readonly length: number;
  readonly window: Window;
  readonly transform: FFT;
  readonly weights: Float64Array;
  /** Sum of the weights. */
  readonly sum: number;
  readonly input: Float64Array;
  readonly output: number[];
}

function planFor(length: number, window: Window): Plan {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  const transform = new FFT(size);
  const weights = Float64Array.from({ length }, (_, at) => windowAt(WINDOWS[window], at, length));
  return {
    ...{ length, window, transform, weights },
    sum: weights.reduce((sum, one) => sum + one, 0),
    input: new Float64Array(size),
    output: transform.createComplexArray(),
  };
}

let plan: Plan | undefined;

/** The spectrum of a channel without its mean. The samples are padded with zeros to a power of two. */
export function spectrumOf(samples: Samples, dt: number, window: Window): Spectrum {
  if (plan?.length !== samples.length || plan.window !== window) plan = planFor(samples.length, window);
  const { transform, weights, sum, input, output } = plan;
  const mean = samples.reduce((total, one) => total + one, 0) / samples.length;
  for (let at = 0; at < samples.length; at++) input[at] = ((samples[at] ?? 0) - mean) * (weights[at] ?? 0);
  transform.realTransform(output, input);
  const levels = new Float64Array(input.length / 2);
  for (let line = 0; line < levels.length; line++) {
    // Half of a sine's amplitude is at its negative frequency; √2 makes it an rms value.
    const [real = 0, imaginary = 0] = [output[2 * line], output[2 * line + 1]];
    levels[line] = Math.max(FLOOR, 10 * Math.log10((2 * (real * real + imaginary * imaginary)) / (sum * sum)));
  }
  return { step: 1 / (input.length * dt), levels };
}

export interface Peak {
  /** Hz. */
  readonly frequency: number;
  /** dBV. */
  readonly level: number;
}

/** The highest line, between lines by a parabola through it and its neighbours. */
export function peakOf({ step, levels }: Spectrum): Peak | undefined {
  let best = 1;
  for (let line = 2; line < levels.length - 1; line++)
    if ((levels[line] ?? FLOOR) > (levels[best] ?? FLOOR)) best = line;
  const [before = FLOOR, top = FLOOR, after = FLOOR] = [levels[best - 1], levels[best], levels[best + 1]];
  if (top <= FLOOR) return undefined;
  const curve = before - 2 * top + after;
  const shift = curve < 0 ? (before - after) / (2 * curve) : 0;
  return { frequency: (best + shift) * step, level: top - ((before - after) * shift) / 4 };
}
