export interface Result {
  readonly run: "pairs" | "fan-out";
  readonly messagesPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Messages that did not come back within two seconds. */
  readonly lost: number;
}

/** The value that this share of the sorted values does not exceed; NaN if there are no values. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

interface Measured {
  readonly run: Result["run"];
  readonly messages: number;
  readonly milliseconds: number;
  readonly latencies: readonly number[];
  readonly lost: number;
}

export function summarize({ run, messages, milliseconds, latencies, lost }: Measured): Result {
  const sorted = Float64Array.from(latencies).sort();
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return {
    run,
    messagesPerSecond: Math.round((messages * 1000) / milliseconds),
    p50: rounded(quantile(sorted, 0.5)),
    p99: rounded(quantile(sorted, 0.99)),
    lost,
  };
}

export function formatResult({ run, messagesPerSecond, p50, p99, lost }: Result): string {
  const rate = messagesPerSecond.toLocaleString("en").padStart(9);
  const time = (value: number) => value.toFixed(2).padStart(7);
  return `  ${run.padEnd(8)}${rate} messages/s   p50 ${time(p50)} ms   p99 ${time(p99)} ms   ${lost} lost\n`;
}
