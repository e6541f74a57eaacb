// Measures the throughput of one stream between two clients, and how much memory each process uses when the receiver stalls.
// bun bench/streams.ts [--seconds N] [--out FILE]. The receiver runs as a separate process (`receive`).
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { connect } from "@achex/client";
import { onStream, openStream } from "@achex/client/streams";
import { launch, stopAllOnExit } from "./lib/processes.ts";
import { withServer } from "./lib/server.ts";
import type { Rival } from "./lib/types.ts";
import { ours } from "./rivals/ours.ts";

const PIECE = new Uint8Array(256 * 1024);
const SAMPLE_MS = 50;
const MIB = 1024 ** 2;
/** A writer that makes no progress for this long counts as stopped by backpressure. */
const HELD_MS = 1_000;

// At the default rate limits, the benchmark would measure the limit instead of the stream.
const unlimited: Rival = {
  ...ours,
  command: (port, folder) => [...ours.command(port, folder), "--max-bytes-per-second", "0"],
};

const rssOf = (pid: number): number => {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(match?.[1] ?? 0) * 1024;
};

/** Accepts streams and reads each to its end, or reads nothing if it is to stall. */
async function receive(url: string): Promise<void> {
  const client = connect(url, { name: "receiver" });
  onStream(client, async ({ meta, readable }) => {
    if (meta.stall === true) await new Promise(() => {});
    for await (const _ of readable) {
      // The bytes are discarded: only the transfer is measured.
    }
  });
  await client.ready();
  console.log("ready");
}

interface Throughput {
  readonly megabytesPerSecond: number;
  readonly bytes: number;
  /** Peak resident memory of each process during the stream, in MiB. */
  readonly peakRss: { readonly server: number; readonly sender: number; readonly receiver: number };
  readonly serverRssBefore: number;
}

async function measure(url: string, pids: { server: number; receiver: number }, seconds: number): Promise<Throughput> {
  const client = connect(url, { name: "sender" });
  const peak = { server: 0, sender: 0, receiver: 0 };
  const serverRssBefore = rssOf(pids.server) / MIB;
  const { writable } = await openStream(client, "receiver");
  const writer = writable.getWriter();
  const sample = (who: keyof typeof peak, pid: number) => {
    peak[who] = Math.max(peak[who], rssOf(pid) / MIB);
  };
  const sampler = setInterval(() => {
    sample("server", pids.server);
    sample("receiver", pids.receiver);
    sample("sender", process.pid);
  }, SAMPLE_MS);
  const start = performance.now();
  let bytes = 0;
  while (performance.now() - start < seconds * 1_000) {
    await writer.ready;
    await writer.write(PIECE);
    bytes += PIECE.byteLength;
  }
  await writer.close();
  const elapsed = performance.now() - start;
  clearInterval(sampler);
  client.close();
  return { megabytesPerSecond: bytes / 1e6 / (elapsed / 1_000), bytes, peakRss: peak, serverRssBefore };
}

/** Bytes a sender can write to a receiver that reads nothing. */
async function stalled(url: string): Promise<number> {
  const client = connect(url, { name: "sender" });
  const { writable } = await openStream(client, "receiver", { stall: true });
  const writer = writable.getWriter();
  const piece = PIECE.subarray(0, 16 * 1024);
  let bytes = 0;
  for (;;) {
    const held = Promise.withResolvers<"held">();
    const timer = setTimeout(() => held.resolve("held"), HELD_MS);
    const outcome = await Promise.race([writer.write(piece).then(() => "written" as const), held.promise]);
    clearTimeout(timer);
    if (outcome === "held") break;
    bytes += piece.byteLength;
  }
  client.close();
  return bytes;
}

async function main(seconds: number, out: string | undefined): Promise<void> {
  stopAllOnExit();
  const report = await withServer(unlimited, async ({ port, pid }) => {
    const url = `ws://127.0.0.1:${port}`;
    const child = launch([process.execPath, fileURLToPath(import.meta.url), "receive", url]);
    await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
    const pids = { server: pid, receiver: child.pid ?? 0 };
    const throughput = await measure(url, pids, seconds);
    return { date: new Date().toISOString(), version: ours.version(), throughput, stalledBytes: await stalled(url) };
  });
  const text = JSON.stringify(report, null, 2);
  console.log(text);
  if (out) writeFileSync(out, `${text}\n`);
}

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: { seconds: { type: "string", default: "5" }, out: { type: "string" } },
});
const [mode, url] = positionals;
if (mode === "receive" && url) await receive(url);
else {
  await main(Number(values.seconds), values.out);
  process.exit(0);
}
