// A relay of this checkout that keeps channels. It runs on all cores, because another thread stores the messages.
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { achexOf } from "../hostile/kit/relay.ts";
import { launch, stopAllOnExit, stopProcess } from "../lib/processes.ts";
import { freePort, untilItListens } from "../lib/server.ts";
import { ours } from "../rivals/ours.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

export type KeepSync = "normal" | "full";

export interface KeepingRelay {
  readonly port: number;
  readonly pid: number;
}

/** Starts a fresh relay that keeps hubs whose names begin with k, runs `work`, and stops it. */
export async function withKeepingRelay<Result>(
  sync: KeepSync,
  work: (relay: KeepingRelay) => Promise<Result>,
): Promise<Result> {
  const data = mkdtempSync(join(tmpdir(), "bench-kept-"));
  const port = await freePort();
  // Limits that the load would exceed are raised; they are still checked.
  const flags = {
    port,
    data,
    keep: "hub:k* messages=1000",
    "keep-sync": sync,
    "max-kept-channels": 20_000,
    "max-frames-per-second": 1_000_000,
    "max-bytes-per-second": "1GiB",
    "log-level": "error",
  };
  const child = launch([
    ...achexOf(checkout),
    "serve",
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ]);
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-2_000);
    });
  try {
    await untilItListens("the relay", child, port, () => log);
    if (child.pid === undefined) throw new Error("the relay could not be started");
    return await work({ port, pid: child.pid });
  } finally {
    await stopProcess(child);
    rmSync(data, { recursive: true, force: true });
  }
}

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
