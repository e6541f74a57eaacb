import type { Samples } from "./levels.ts";

/**
 * Lowest and highest sample of each pixel column, as pairs. `first` and `count` are the visible samples; they may lie partly outside, and
 * columns without samples have NaN. Neighbouring columns share the sample at their border, so that a steep edge leaves no gap.
 */
export function columnsOf(samples: Samples, first: number, count: number, width: number): Float64Array {
  const columns = new Float64Array(2 * width).fill(Number.NaN);
  for (let column = 0; column < width; column++) {
    const from = Math.max(0, Math.floor(first + (count * column) / width));
    const to = Math.min(samples.length - 1, Math.floor(first + (count * (column + 1)) / width));
    if (to < from) continue;
    let [least, most] = [samples[from] ?? 0, samples[from] ?? 0];
    for (let at = from + 1; at <= to; at++) {
      const value = samples[at] ?? 0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    columns[2 * column] = least;
    columns[2 * column + 1] = most;
  }
  return columns;
}

/** Samples on each side that an interpolated value depends on. */
const REACH = 8;

/** The value between samples, by a windowed sinc: what a band-limited signal does there. For screens with fewer samples than pixels. */
export function interpolate(samples: Samples, position: number): number {
  const centre = Math.floor(position);
  const fraction = position - centre;
  if (fraction === 0) return samples[centre] ?? Number.NaN;
  let [sum, weights] = [0, 0];
  for (let at = centre - REACH + 1; at <= centre + REACH; at++) {
    const value = samples[Math.max(0, Math.min(samples.length - 1, at))] ?? 0;
    const distance = position - at;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / REACH);
    const weight = (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
    sum += value * weight;
    weights += weight;
  }
  return sum / weights;
}
