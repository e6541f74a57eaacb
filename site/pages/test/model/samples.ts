/** One answer to a question of time, in milliseconds. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What the server measured by a ping of its own; the clock's answer has none. */
  readonly server: number | undefined;
  /** From question to answer, as this page saw it. */
  readonly trip: number | undefined;
}

export type Samples = readonly Sample[];

const MOST = 600;

export const withSample = (samples: Samples, sample: Sample): Samples => [...samples.slice(1 - MOST), sample];

export interface Summary {
  readonly last: number;
  readonly median: number;
  readonly most: number;
  readonly count: number;
}

/** Of what was measured in one of the two ways; undefined when nothing was. */
export function summaryOf(samples: Samples, way: "server" | "trip"): Summary | undefined {
  const values = samples.flatMap((sample) => sample[way] ?? []);
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? last;
  return { last, median, most: sorted.at(-1) ?? last, count: values.length };
}
