// How many waveforms of an instrument reach the oscilloscopes that watch it, how late, and what does drawing cost?
// bun bench/oscilloscope.ts [--seconds N] [--points N] [--watchers N] [--out FILE]
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "@achex/client";
import { chromium, type Page } from "playwright-core";
import { FLAGS } from "../site/test/kit/chromium.ts";
import { launch, stopAllOnExit, stopProcess } from "./lib/processes.ts";
import { type Running, withServer } from "./lib/server.ts";
import { cpuSecondsOf } from "./lib/started.ts";
import { ours } from "./rivals/ours.ts";

const ID = "gen-1";
const WARM_UP_SECONDS = 5;
/** Of dropped waveforms. */
const TARGET = 0.01;

interface Watched {
  readonly taken: number;
  /** Sent by the instrument, and not arrived. */
  readonly missed: number;
  /** Arrived, and not drawn. */
  readonly skipped: number;
  readonly ignored: number;
  /** Pictures with a new waveform: fewer than waveforms where one picture took two. */
  readonly pictures: number;
  /** Milliseconds from the capture to the picture. */
  readonly delay: { readonly p50: number; readonly p99: number };
  /** Milliseconds of a picture with a new waveform, 95th percentile. */
  readonly work: number;
}

async function lookAt(page: Page): Promise<Watched> {
  const rate = page.locator(".scope-rate");
  const screen = page.locator(".scope-canvas");
  const number = async (from: typeof rate, name: string) => Number((await from.getAttribute(name)) ?? Number.NaN);
  return {
    taken: await number(rate, "data-taken"),
    missed: await number(rate, "data-missed"),
    skipped: await number(rate, "data-skipped"),
    ignored: await page.locator(".scope-ignored").count(),
    pictures: await number(screen, "data-pictures"),
    delay: { p50: await number(screen, "data-delay"), p99: await number(screen, "data-longest-delay") },
    work: await number(screen, "data-work"),
  };
}

async function measure({ port, pid }: Running, seconds: number, points: number, watchers: number) {
  const url = `ws://127.0.0.1:${port}/instruments`;
  const main = join(import.meta.dir, "../packages/cli/src/main.ts");
  const command = [process.execPath, main, "demo", "instrument", "function-generator", url.slice(5), "--id", ID];
  const child = launch(command);
  const client = connect<object>(url, { name: "bench" });
  await client.hub("instruments").join({ presence: true });
  while (client.hub("instruments").count < 2) await Bun.sleep(20);
  await client.ask(ID, { set: { points, "output-1": true, "output-2": true, "shape-2": "square" } });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  try {
    const pages = await Promise.all(
      Array.from({ length: watchers }, async () => {
        const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}/demos/oscilloscope?instrument=${ID}`);
        await page.locator('.scope-canvas[data-state="T\'D"]').waitFor();
        return page;
      }),
    );
    await Bun.sleep(WARM_UP_SECONDS * 1_000);
    const before = await Promise.all(pages.map(lookAt));
    const used = { relay: cpuSecondsOf(pid), instrument: cpuSecondsOf(child.pid ?? 0) };
    const start = performance.now();
    await Bun.sleep(seconds * 1_000);
    const passed = (performance.now() - start) / 1_000;
    const percent = (now: number, then: number) => Math.round(((now - then) / passed) * 1_000) / 10;
    const after = await Promise.all(pages.map(lookAt));
    return {
      seconds: Math.round(passed),
      points,
      relayCpuPercent: percent(cpuSecondsOf(pid), used.relay),
      instrumentCpuPercent: percent(cpuSecondsOf(child.pid ?? 0), used.instrument),
      watchers: after.map((now, at) => {
        const then = before[at] ?? now;
        const [taken, missed, skipped] = [now.taken - then.taken, now.missed - then.missed, now.skipped - then.skipped];
        const dropped = missed + skipped;
        const part = dropped / Math.max(1, taken + dropped);
        return {
          ...now,
          pictures: now.pictures - then.pictures,
          taken,
          missed,
          skipped,
          perSecond: Math.round(taken / passed),
          droppedPart: Number(part.toFixed(5)),
        };
      }),
    };
  } finally {
    client.close();
    await browser.close();
    await stopProcess(child);
  }
}

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    seconds: { type: "string", default: "60" },
    points: { type: "string", default: "5000" },
    watchers: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
stopAllOnExit();
await ours.prepare?.();
const result = await withServer(ours, (server) =>
  measure(server, Number(values.seconds), Number(values.points), Number(values.watchers)),
);
console.log(JSON.stringify(result, null, 2));
const worst = Math.max(...result.watchers.map(({ droppedPart }) => droppedPart));
console.log(`dropped: ${(worst * 100).toFixed(2)} %, of at most ${TARGET * 100} %`);
if (values.out)
  await Bun.write(
    values.out,
    `${JSON.stringify({ date: new Date().toISOString(), version: ours.version(), machine: { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() }, result }, null, 2)}\n`,
  );
process.exit(worst < TARGET ? 0 : 1);
