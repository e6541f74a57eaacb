/** Latencies over time, for a plot: two lists of equal length, oldest first. */
export interface Samples {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly milliseconds: readonly number[];
}

export const noSamples: Samples = { times: [], milliseconds: [] };

const MOST = 600;

export const withSample = ({ times, milliseconds }: Samples, at: number, ms: number): Samples => ({
  times: [...times, at / 1000].slice(-MOST),
  milliseconds: [...milliseconds, ms].slice(-MOST),
});

export interface Summary {
  readonly last: number;
  readonly median: number;
  readonly most: number;
}

/** undefined without samples. */
export function summaryOf({ milliseconds }: Samples): Summary | undefined {
  const last = milliseconds.at(-1);
  if (last === undefined) return undefined;
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return { last, median: sorted[Math.floor((sorted.length - 1) / 2)] ?? last, most: sorted.at(-1) ?? last };
}
