/** One latency measurement, in milliseconds. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Round trip of the server's WebSocket ping; undefined for a reply to `$time`. */
  readonly server: number | undefined;
  /** Time from request to reply, measured by this page. */
  readonly roundTrip: number | undefined;
}

export type Samples = readonly Sample[];

/** Oldest samples are discarded beyond this: ten minutes at one a second. */
const MAX_SAMPLES = 600;

export const addSample = (samples: Samples, sample: Sample): Samples => [...samples.slice(1 - MAX_SAMPLES), sample];

export interface Summary {
  readonly last: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
}

/** Summarizes one of the two measurements; undefined if there are no values. */
export function summarize(samples: Samples, measurement: "server" | "roundTrip"): Summary | undefined {
  const values = samples.flatMap((sample) => sample[measurement] ?? []);
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? last;
  return { last, median, max: sorted.at(-1) ?? last, count: values.length };
}
