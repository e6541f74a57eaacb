// cspell:ignore Recalc
// How smoothly does one page show many instruments, and what do they cost the relay?
// node tools/bun.mjs bench/instrument-wall.ts [--instruments 100] [--interval 100] [--seconds 20] [--kiosk] [--out FILE]
// The instruments are in a process of their own, the page is in Chromium without a graphics card: the display has no refresh to wait for
// other than the 60 Hz that Chromium makes itself.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isKind, KINDS, startInstrument } from "@achex/instruments";
import { chromium, type Page } from "playwright-core";
import * as v from "valibot";
import { launch, stopAllOnExit, stopProcess } from "./lib/processes.ts";
import { freePort, untilItListens } from "./lib/server.ts";
import { cpuSecondsOf } from "./lib/started.ts";

/** While descriptions are read and code is compiled, s. */
const WARM_UP = 8;
/** A frame that comes later than this was dropped, ms: more than one and a half refreshes of 60 Hz. */
const LATE = 25;

/** The child process: so many instruments, until it is killed. */
async function play(url: string, count: number, interval: number): Promise<void> {
  const kinds = Object.keys(KINDS).filter(isKind);
  for (let at = 0; at < count; at++) {
    const kind = kinds[at % kinds.length] ?? "multimeter";
    const seed = 1 + Math.floor(at / kinds.length);
    await startInstrument(kind, { id: `${KINDS[kind].prefix}-${seed}`, seed, interval }, { url });
  }
  console.log("ready");
  await new Promise(() => {});
}

/** Intervals between frames, by a loop beside that of the page, ms. */
const frameIntervals = async (page: Page, seconds: number): Promise<number[]> => {
  const script = `new Promise((resolve) => {
    const intervals = [];
    const start = performance.now();
    let last;
    const frame = (now) => {
      if (last !== undefined) intervals.push(now - last);
      last = now;
      if (now - start < ${seconds * 1_000}) requestAnimationFrame(frame);
      else resolve(intervals);
    };
    requestAnimationFrame(frame);
  })`;
  return v.parse(v.array(v.number()), await page.evaluate(script));
};

const figures = v.object({ work: v.number(), interval: v.number(), frames: v.number(), received: v.number() });
const figuresOf = async (page: Page) =>
  v.parse(figures, JSON.parse(String(await page.evaluate("document.body.dataset.frames"))));
const share = (sorted: readonly number[], part: number) =>
  Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 10) / 10;

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    play: { type: "string" },
    instruments: { type: "string", default: "100" },
    interval: { type: "string", default: "100" },
    seconds: { type: "string", default: "20" },
    kiosk: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [count, interval, seconds] = [Number(values.instruments), Number(values.interval), Number(values.seconds)];

/** Reads what Chromium has counted of the page. */
async function readerOf(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  return async () => {
    await page.evaluate("gc()");
    const list = (await devtools.send("Performance.getMetrics")).metrics;
    const of = (name: string) => list.find((one) => one.name === name)?.value ?? 0;
    return {
      task: of("TaskDuration"),
      script: of("ScriptDuration"),
      layout: of("LayoutDuration") + of("RecalcStyleDuration"),
      heap: of("JSHeapUsedSize"),
      nodes: of("Nodes"),
    };
  };
}

async function measure(port: number, pid: number) {
  const url = `ws://127.0.0.1:${port}/instruments`;
  const args = [
    fileURLToPath(import.meta.url),
    "--play",
    url,
    "--instruments",
    String(count),
    "--interval",
    String(interval),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"],
  });
  try {
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`http://127.0.0.1:${port}/demos/instruments${values.kiosk ? "?kiosk" : ""}`);
    await page
      .locator(".field.live")
      .nth(count - 1)
      .waitFor({ timeout: 120_000, state: "attached" });
    await Bun.sleep(WARM_UP * 1_000);
    const metrics = await readerOf(page);
    const [before, first, cpu, start] = [await metrics(), await figuresOf(page), cpuSecondsOf(pid), performance.now()];
    const intervals = (await frameIntervals(page, seconds)).toSorted((one, other) => one - other);
    const passed = (performance.now() - start) / 1_000;
    const [relay, last, after] = [cpuSecondsOf(pid) - cpu, await figuresOf(page), await metrics()];
    return {
      instruments: count,
      interval,
      seconds: Math.round(passed),
      shown: await page.locator(".field").count(),
      readingsPerSecond: Math.round((last.received - first.received) / passed),
      workP95: last.work,
      intervalP50: share(intervals, 0.5),
      intervalP95: share(intervals, 0.95),
      intervalP99: share(intervals, 0.99),
      frames: intervals.length,
      lateFramesPercent: Math.round((1_000 * intervals.filter((one) => one > LATE).length) / intervals.length) / 10,
      pageMainThreadPercent: Math.round((1_000 * (after.task - before.task)) / passed) / 10,
      pageScriptPercent: Math.round((1_000 * (after.script - before.script)) / passed) / 10,
      pageLayoutPercent: Math.round((1_000 * (after.layout - before.layout)) / passed) / 10,
      heapMegabytes: [before.heap, after.heap].map((bytes) => Math.round(bytes / 1e5) / 10),
      nodes: [before.nodes, after.nodes],
      relayCpuPercent: Math.round((1_000 * relay) / passed) / 10,
    };
  } finally {
    await browser.close();
    child.kill("SIGKILL");
  }
}

if (values.play !== undefined) await play(values.play, count, interval);
stopAllOnExit();
const port = await freePort();
const main = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));
const relay = launch([process.execPath, main, "serve", "--port", String(port), "--data", `/tmp/achex-wall-${port}`]);
await untilItListens("the relay", relay, port, () => "");
const result = await measure(port, relay.pid ?? 0);
await stopProcess(relay);
console.log(result);
if (values.out) await Bun.write(values.out, `${JSON.stringify({ date: new Date().toISOString(), result }, null, 2)}\n`);
process.exit(0);
