// A relay of this checkout that keeps channels. It runs on all cores, because another thread stores the messages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { achexOf } from "../hostile/kit/relay.ts";
import { startProcess } from "../lib/started.ts";

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
  // Limits that the load would exceed are raised; they are still checked.
  const flags = {
    data,
    keep: "hub:k* messages=1000",
    "keep-sync": sync,
    "max-kept-channels": 20_000,
    "max-frames-per-second": 1_000_000,
    "max-bytes-per-second": "1GiB",
    "log-level": "error",
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const relay = await startProcess("the relay", (port) => [
    ...achexOf(checkout),
    ...["serve", "--port", String(port), ...args],
  ]);
  try {
    return await work(relay);
  } finally {
    await relay.stop();
    rmSync(data, { recursive: true, force: true });
  }
}
