import FFT from "fft.js";
import type { Samples } from "./measure.ts";

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

/** The spectrum of a channel without its mean. The samples are padded with zeros to a power of two. */
export function spectrumOf(samples: Samples, dt: number, window: Window): Spectrum {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, samples.length)));
  const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length;
  const coefficients = WINDOWS[window];
  const input = new Float64Array(size);
  let weights = 0;
  for (let at = 0; at < samples.length; at++) {
    const weight = windowAt(coefficients, at, samples.length);
    weights += weight;
    input[at] = ((samples[at] ?? 0) - mean) * weight;
  }
  const transform = new FFT(size);
  const output = transform.createComplexArray();
  transform.realTransform(output, input);
  const levels = new Float64Array(size / 2);
  for (let line = 0; line < levels.length; line++) {
    // Half of a sine's amplitude is at its negative frequency; √2 makes it an rms value.
    const amplitude = (Math.hypot(output[2 * line] ?? 0, output[2 * line + 1] ?? 0) * Math.SQRT2) / weights;
    levels[line] = Math.max(FLOOR, 20 * Math.log10(amplitude));
  }
  return { step: 1 / (size * dt), levels };
}
