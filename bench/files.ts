// How fast do two browsers exchange a file through the relay and directly, what does it cost the relay, and how much memory do they need? And does
// a file arrive that was interrupted: twice by the network, once by a reload of the receiver?
// bun bench/files.ts [--megabytes N] [--out FILE]
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { FLAGS } from "../site/test/kit/chromium.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { type Running, withServer } from "./lib/server.ts";
import { cpuSecondsOf } from "./lib/started.ts";
import type { Rival } from "./lib/types.ts";
import { ours } from "./rivals/ours.ts";

const MIB = 1024 ** 2;
const SAMPLE_MS = 100;
const LIMIT_MS = 600_000;
const DIRECT = "text=Connect directly if possible";

/** The relay's limit of 8 MiB per second and client would be measured instead of the transfer. */
const unlimited: Rival = {
  ...ours,
  command: (port, folder) => [...ours.command(port, folder), "--max-bytes-per-second", "0"],
};

const rssOf = (pid: number): number => {
  try {
    return (Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024) / MIB;
  } catch {
    return 0;
  }
};

interface Result {
  readonly path: "relay" | "direct" | "relay, interrupted";
  readonly bytes: number;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  /** Of the relay, for each MB (1,000,000 bytes) of the file. */
  readonly relayCpuMillisecondsPerMegabyte: number;
  /** Resident memory of the relay in MiB, before and at most. */
  readonly relayRss: { readonly before: number; readonly peak: number };
  /** JavaScript heap of the two pages in MiB, before and at most. */
  readonly heap: { readonly before: Heaps; readonly peak: Heaps };
  /** Resident memory of the largest renderer process of the browser in MiB, at most. */
  readonly rendererRssPeak: number;
  readonly isEqual: boolean;
}

interface Heaps {
  readonly sender: number;
  readonly receiver: number;
}

/** The two pages of a transfer, and what they need. */
class Meter {
  readonly #browser: Browser;
  readonly #pages: readonly [sender: Page, receiver: Page];
  readonly #pid: number;
  readonly before: { readonly relay: number; readonly cpu: number };
  peak = { relay: 0, sender: 0, receiver: 0, renderer: 0 };

  constructor(browser: Browser, pages: readonly [Page, Page], pid: number) {
    this.#browser = browser;
    this.#pages = pages;
    this.#pid = pid;
    this.before = { relay: rssOf(pid), cpu: cpuSecondsOf(pid) };
  }

  get cpu(): number {
    return cpuSecondsOf(this.#pid) - this.before.cpu;
  }

  async heaps(): Promise<Heaps> {
    const [sender = 0, receiver = 0] = await Promise.all(
      this.#pages.map((page) => page.evaluate<number>("performance.memory.usedJSHeapSize").catch(() => 0)),
    );
    return { sender: sender / MIB, receiver: receiver / MIB };
  }

  async sample(): Promise<void> {
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const { sender, receiver } = await this.heaps();
    const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => rssOf(id));
    this.peak = {
      relay: Math.max(this.peak.relay, rssOf(this.#pid)),
      sender: Math.max(this.peak.sender, sender),
      receiver: Math.max(this.peak.receiver, receiver),
      renderer: Math.max(this.peak.renderer, ...renderers),
    };
  }
}

/** SHA-256 of the file that the receiver has on its disk. */
const storedHash = (page: Page): Promise<string> =>
  page.evaluate<string>(`(async () => {
    const received = await (await navigator.storage.getDirectory()).getDirectoryHandle("received");
    const { value: folder } = await received.values().next();
    const file = await (await folder.getFileHandle("0")).getFile();
    return new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())).toHex();
  })()`);

async function openPages(browser: Browser, port: number, path: Result["path"]): Promise<[Page, Page]> {
  const open = async (url: string) => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(url);
    return page;
  };
  const sender = await open(`http://127.0.0.1:${port}/demos/files`);
  const link = await sender.locator(".invitation input").inputValue();
  if (path !== "direct") await sender.click(DIRECT);
  return [sender, await open(link)];
}

/** Interrupts the transfer when so much of it has arrived. */
async function interruptions(
  [sender, receiver]: readonly [Page, Page],
  percent: number,
  done: Set<number>,
): Promise<void> {
  const drop = async (page: Page) => {
    await page.click("[aria-label='Frames and network']");
    await page.click("text=Drop the connection for 5 s");
    await page.locator(".frame-panel >> text=Close").click();
  };
  const steps: readonly (readonly [number, () => Promise<unknown>])[] = [
    [20, () => drop(receiver)],
    [45, () => receiver.reload()],
    [70, () => drop(sender)],
  ];
  for (const [at, step] of steps) {
    if (percent < at || done.has(at)) continue;
    done.add(at);
    await step();
  }
}

async function measure(
  browser: Browser,
  { port, pid }: Running,
  path: Result["path"],
  file: string,
  hash: string,
): Promise<Result> {
  const pages = await openPages(browser, port, path);
  const [sender, receiver] = pages;
  await sender.locator(".files-input").waitFor({ state: "attached" });
  const meter = new Meter(browser, pages, pid);
  const before = await meter.heaps();
  await sender.locator(".files-input").setInputFiles(file);
  await receiver.locator("button:text-is('Accept')").click();
  const start = performance.now();
  const interrupted = new Set<number>();
  const row = sender.locator(".transfer");
  while ((await row.getAttribute("data-state")) !== "done") {
    if (performance.now() - start > LIMIT_MS) throw new Error(`not complete: ${await row.innerText()}`);
    await meter.sample();
    const percent = Number(await row.locator("progress").getAttribute("value"));
    if (path === "relay, interrupted") await interruptions(pages, percent, interrupted);
    await Bun.sleep(SAMPLE_MS);
  }
  const seconds = (performance.now() - start) / 1_000;
  const { size: bytes } = Bun.file(file);
  const { cpu, peak } = meter;
  await receiver.locator(".received").waitFor();
  const stored = await storedHash(receiver);

  for (const page of pages) await page.context().close();
  return {
    ...{ path, bytes, seconds, megabytesPerSecond: bytes / 1e6 / seconds },
    relayCpuMillisecondsPerMegabyte: (cpu * 1_000) / (bytes / 1e6),
    relayRss: { before: meter.before.relay, peak: peak.relay },
    heap: { before, peak: { sender: peak.sender, receiver: peak.receiver } },
    ...{ rendererRssPeak: peak.renderer, isEqual: stored === hash },
  };
}

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { megabytes: { type: "string", default: "200" }, out: { type: "string" } },
});
stopAllOnExit();
await ours.prepare?.();
const folder = mkdtempSync(join(tmpdir(), "bench-files-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "file.bin");
const contents = randomBytes(Number(values.megabytes) * 1e6);
writeFileSync(file, contents);
const hash = createHash("sha256").update(contents).digest("hex");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: [...FLAGS, "--enable-precise-memory-info"],
});
const load = loadavg();
const results: Result[] = [];
try {
  await withServer(unlimited, async (server) => {
    for (const path of ["relay", "direct"] as const) results.push(await measure(browser, server, path, file, hash));
  });
  await withServer(ours, async (server) => {
    results.push(await measure(browser, server, "relay, interrupted", file, hash));
  });
} finally {
  await browser.close();
}
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
const report = { date: new Date().toISOString(), machine, load, results };
console.log(JSON.stringify(report, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
process.exit(results.every(({ isEqual }) => isEqual) ? 0 : 1);
