import { extremesOf, type Levels, levelsOf, type Samples } from "./levels.ts";

/** What is measured of one channel; undefined where the samples do not allow it, for which pages show a dash. */
export interface Measurements {
  /** Hz. */
  readonly frequency: number | undefined;
  /** Seconds. */
  readonly period: number | undefined;
  /** Volts. */
  readonly max: number;
  readonly min: number;
  /** Volts between the highest and the lowest sample. */
  readonly peakToPeak: number;
  /** Volts between the flat parts, without overshoot and noise. */
  readonly amplitude: number;
  /** Volts, over whole periods if there are any. */
  readonly mean: number;
  /** With the mean, as a DC-coupled meter shows it. */
  readonly rms: number;
  /** Without the mean. */
  readonly acRms: number;
  /** Part of the period above the middle, 0 to 1. */
  readonly duty: number | undefined;
  /** Seconds from 10 % to 90 % of the first whole edge. */
  readonly rise: number | undefined;
  readonly fall: number | undefined;
}

export interface Edge {
  /** In samples, with fraction. */
  readonly at: number;
  readonly rising: boolean;
}

/** Of the amplitude: a crossing counts after the signal has been this far on the other side. */
const HYSTERESIS = 0.1;

/** Samples of an edge from which on noise is averaged out; with fewer, the edge may be too bent for a straight line. */
const FITTED = 6;

/** Where a straight line through the samples from `from` to `to` crosses the level. */
function crossingOfLine(samples: Samples, from: number, to: number, level: number): number {
  const count = to - from + 1;
  const centre = (from + to) / 2;
  let [sum, product, squares] = [0, 0, 0];
  for (let at = from; at <= to; at++) {
    const height = (samples[at] ?? 0) - level;
    sum += height;
    product += height * (at - centre);
    squares += (at - centre) ** 2;
  }
  const slope = product / squares;
  const crossing = centre - sum / count / slope;
  return crossing >= from && crossing <= to ? crossing : centre;
}

/** Where the signal crosses the middle between top and base. Noise around the middle gives no edges, and is averaged out. */
export function edgesOf(samples: Samples, { top, base }: Levels): readonly Edge[] {
  const middle = (top + base) / 2;
  const margin = (top - base) * HYSTERESIS;
  const edges: Edge[] = [];
  let side = 0;
  /** The last sample that was clearly on that side. */
  let left = 0;
  let crossing = 0;
  for (let at = 0; at < samples.length; at++) {
    const height = (samples[at] ?? 0) - middle;
    const before = (samples[at - 1] ?? 0) - middle;
    if (at > 0 && height >= 0 !== before >= 0) crossing = at - 1 + before / (before - height);
    const reached = height > margin ? 1 : height < -margin ? -1 : 0;
    if (reached !== 0 && reached !== side && side !== 0) {
      const isLong = at - left >= FITTED;
      edges.push({ at: isLong ? crossingOfLine(samples, left, at, middle) : crossing, rising: reached > 0 });
    }
    if (reached === 0) continue;
    side = reached;
    left = at;
  }
  return edges;
}

/** Position, in samples with fraction, where the signal crosses a level, searched from `from` in a direction; undefined at the end of the samples. */
function crossingFrom(samples: Samples, from: number, step: 1 | -1, level: number): number | undefined {
  const above = (samples[from] ?? 0) >= level;
  for (let at = from + step; at >= 0 && at < samples.length; at += step) {
    const value = samples[at] ?? 0;
    if (value >= level === above) continue;
    const before = samples[at - step] ?? 0;
    return at - step + step * ((level - before) / (value - before));
  }
  return undefined;
}

/** Seconds of the first edge of that kind that lies wholly within the samples. */
function edgeTime(
  samples: Samples,
  edges: readonly Edge[],
  { top, base }: Levels,
  rising: boolean,
  dt: number,
): number | undefined {
  const [low, high] = [base + (top - base) * 0.1, base + (top - base) * 0.9];
  for (const edge of edges) {
    if (edge.rising !== rising) continue;
    const middle = Math.floor(edge.at) + (rising ? 0 : 1);
    const start = crossingFrom(samples, middle, -1, rising ? low : high);
    const end = crossingFrom(samples, middle, 1, rising ? high : low);
    if (start !== undefined && end !== undefined) return (end - start) * dt;
  }
  return undefined;
}

/** Samples of whole periods, from the first to the last edge of the same direction; all of them if there is no whole period. */
function wholePeriods(samples: Samples, rising: readonly Edge[]): Samples {
  const [first, last] = [rising[0], rising.at(-1)];
  if (!first || !last || first === last) return samples;
  return samples.subarray(Math.round(first.at), Math.round(last.at));
}

function dutyOf(edges: readonly Edge[], period: number): number | undefined {
  const widths = edges.flatMap((edge, at) => {
    const next = edges[at + 1];
    return edge.rising && next ? [next.at - edge.at] : [];
  });
  return widths.length === 0 ? undefined : widths.reduce((sum, one) => sum + one, 0) / widths.length / period;
}

/** Of the mean period: noise that looks like edges has periods of any length. */
const IRREGULAR = 0.3;

/** Mean distance of the rising edges in samples. Undefined with fewer than three edges, which could be anything, and if they are irregular. */
function periodOf(edges: readonly Edge[], rising: readonly Edge[]): number | undefined {
  const [first, last] = [rising[0], rising.at(-1)];
  if (!first || !last || first === last || edges.length < 3) return undefined;
  const period = (last.at - first.at) / (rising.length - 1);
  const squares = rising.reduce((sum, { at }, n) => {
    const before = rising[n - 1];
    return before ? sum + (at - before.at - period) ** 2 : sum;
  }, 0);
  return Math.sqrt(squares / (rising.length - 1)) > IRREGULAR * period ? undefined : period;
}

/** Measures one channel; `dt` is the time between two samples in seconds. */
export function measure(samples: Samples, dt: number): Measurements {
  const levels = levelsOf(samples);
  const edges = edgesOf(samples, levels);
  const rising = edges.filter((edge) => edge.rising);
  const period = periodOf(edges, rising);
  const whole = wholePeriods(samples, rising);
  let [sum, squares] = [0, 0];
  for (const value of whole) {
    sum += value;
    squares += value * value;
  }
  const { least, most } = extremesOf(samples);
  const mean = sum / whole.length;
  return {
    frequency: period === undefined ? undefined : 1 / (period * dt),
    period: period === undefined ? undefined : period * dt,
    max: most,
    min: least,
    peakToPeak: most - least,
    amplitude: levels.top - levels.base,
    mean,
    rms: Math.sqrt(squares / whole.length),
    // The difference of large sums can come out below 0.
    acRms: Math.sqrt(Math.max(0, squares / whole.length - mean * mean)),
    duty: period === undefined ? undefined : dutyOf(edges, period),
    rise: edgeTime(samples, edges, levels, true, dt),
    fall: edgeTime(samples, edges, levels, false, dt),
  };
}
