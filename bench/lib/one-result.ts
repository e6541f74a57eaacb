// For benchmarks whose result is one JSON object.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ours } from "../rivals/ours.ts";
import { stopAllOnExit } from "./processes.ts";

/** Of sorted numbers, rounded to 0.001. */
export const percentile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 1_000) / 1_000;

/** Runs a measurement; prints what it returns, or writes it to `--out FILE`. */
export async function report(measure: (seconds: number) => Promise<object>): Promise<void> {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: { seconds: { type: "string", default: "8" }, out: { type: "string" } },
  });
  stopAllOnExit();
  const [loadBefore = 0] = loadavg();
  const result = await measure(Number(values.seconds));
  // Above 0 before the start, other programs were running.
  const machine = { loadBefore: Math.round(loadBefore * 10) / 10 };
  const text = JSON.stringify({ date: new Date().toISOString(), version: ours.version(), machine, ...result }, null, 2);
  console.log(text);
  if (values.out) await Bun.write(values.out, `${text}\n`);
  process.exit(0);
}
