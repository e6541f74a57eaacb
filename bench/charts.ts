// How many points per second can a page draw, how late are they, and what does the relay pay? A program publishes four series; a page in
// Chromium and other watchers receive them. bun bench/charts.ts [--seconds N] [--watchers N] [--out FILE]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Client, connect } from "@achex/client";
import { fullChannel, INSTANCE, StreamPublisher } from "@achex/streaming";
import { type Browser, chromium } from "playwright-core";
import { build } from "./lib/load.ts";
import { describeMachine } from "./lib/machine.ts";
import { launch, stopAllOnExit, stopProcess } from "./lib/processes.ts";
import { freePort, untilItListens } from "./lib/server.ts";
import { cpuSecondsOf } from "./lib/started.ts";
import { ours } from "./rivals/ours.ts";

const SERIES = 4;
/** Rows per second; each is SERIES points. */
const RATES = [250, 1_250, 5_000, 10_000, 20_000] as const;
const CODE = "K7BQ2";
const STEP_MS = 20;
const WARM_UP_SECONDS = 4;

interface Result {
  readonly pointsPerSecond: number;
  readonly watchers: number;
  /** Of a frame of the page, ms. */
  readonly workP95: number;
  readonly intervalP95: number;
  /** From sending a batch until the page, or a program, has it, ms. */
  readonly pageLatencyP50: number;
  readonly pageLatencyP99: number;
  readonly programLatencyP50: number;
  readonly programLatencyP99: number;
  readonly shown: string;
  /** Of one core. */
  readonly relayCpuPercent: number;
  readonly bytesPerSecondPerWatcher: number;
}

const percentile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;

/** Programs that receive the stream. */
async function startWatchers(url: string, count: number) {
  const lags: number[] = [];
  let bytes = 0;
  const clients = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const client = connect<object>(url, { name: `watcher-${at}` });
      const channel = client.broadcast(fullChannel(CODE));
      channel.on("message", ({ data, text }) => {
        bytes += text.length;
        if ("sent" in data) lags.push(client.clock.now() - Number(data.sent));
      });
      await channel.join();
      return client;
    }),
  );
  return {
    clients,
    reset() {
      lags.length = 0;
      bytes = 0;
    },
    latencies: () => lags.toSorted((one, other) => one - other),
    bytes: () => bytes,
  };
}

/** Pushes rows at a constant rate until it is stopped. */
function publishAt(publisher: StreamPublisher, client: Client<object>, rate: number): () => void {
  let next = client.clock.now();
  let row = 0;
  const timer = setInterval(() => {
    for (const now = client.clock.now(); next <= now; next += 1_000 / rate) {
      row++;
      publisher.push(next, [Math.sin(row / 300), Math.cos(row / 200), (row % 500) / 500, Math.random()]);
    }
  }, STEP_MS);
  return () => clearInterval(timer);
}

interface Setting {
  readonly port: number;
  readonly pid: number;
  readonly browser: Browser;
  readonly seconds: number;
  readonly watchers: number;
}

async function measure(rate: number, { port, pid, browser, seconds, watchers: count }: Setting): Promise<Result> {
  const url = `ws://127.0.0.1:${port}/${INSTANCE}`;
  const client = connect<object>(url, { name: "publisher" });
  const publisher = new StreamPublisher(client, { code: CODE, about: { title: "Benchmark" } });
  await publisher.start();
  for (let at = 0; at < SERIES; at++) publisher.series(`series ${at + 1}`);
  const watchers = await startWatchers(url, count);
  const stop = publishAt(publisher, client, rate);
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  try {
    await page.goto(`http://127.0.0.1:${port}/demos/stream?join=${CODE}`, { timeout: 120_000 });
    await page.locator(".stream-status").filter({ hasText: "Receiving" }).waitFor({ timeout: 60_000 });
    await Bun.sleep(WARM_UP_SECONDS * 1_000);
    watchers.reset();
    const [cpu, began] = [cpuSecondsOf(pid), performance.now()];
    await Bun.sleep(seconds * 1_000);
    const passed = (performance.now() - began) / 1_000;
    const paper = page.locator(".stream-paper");
    const figure = async (name: string) => (await paper.getAttribute(`data-${name}`)) ?? "";
    const [pageP50 = 0, pageP99 = 0] = (await figure("latency")).split(" ").map(Number);
    const lags = watchers.latencies();
    const status = await page.locator(".stream-status").innerText();
    return {
      ...{ pointsPerSecond: rate * SERIES, watchers: count + 1 },
      ...{ workP95: Number(await figure("work")), intervalP95: Number(await figure("interval")) },
      ...{ pageLatencyP50: pageP50, pageLatencyP99: pageP99 },
      ...{ programLatencyP50: percentile(lags, 0.5), programLatencyP99: percentile(lags, 0.99) },
      shown: /(all|1 of \S+) points shown/.exec(status)?.[1] ?? "",
      relayCpuPercent: Math.round(((cpuSecondsOf(pid) - cpu) / passed) * 1_000) / 10,
      bytesPerSecondPerWatcher: Math.round(watchers.bytes() / passed / count),
    };
  } finally {
    stop();
    await page.close();
    await publisher.close();
    for (const one of [client, ...watchers.clients]) one.close();
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    watchers: { type: "string", default: "20" },
    out: { type: "string" },
  },
});
stopAllOnExit();
await build();
const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), "bench-charts-"));
const relay = launch(ours.command(port, folder));
await untilItListens(ours.title, relay, port, () => "");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const results: Result[] = [];
for (const rate of RATES) {
  const setting = {
    port,
    pid: relay.pid ?? 0,
    browser,
    seconds: Number(values.seconds),
    watchers: Number(values.watchers),
  };
  results.push(await measure(rate, setting));
  console.log(results.at(-1));
}
await browser.close();
await stopProcess(relay);
rmSync(folder, { recursive: true, force: true });
const report = {
  date: new Date().toISOString(),
  machine: await describeMachine(),
  seconds: Number(values.seconds),
  results,
};
if (values.out !== undefined) await Bun.write(values.out, `${JSON.stringify(report, null, 2)}\n`);
process.exit();
