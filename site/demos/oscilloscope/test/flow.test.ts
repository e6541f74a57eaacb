import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { connect } from "@achex/client";
import type { Page } from "playwright-core";
import { type Running, start } from "../../../../packages/cli/test/kit/achex.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing, unreachable } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";

const DESK = { viewport: { width: 1_440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true };

const browser = createBrowser();
let relay: TestRelay;
let generator: Running | undefined;

const address = () => `127.0.0.1:${relay.port}/instruments`;
async function startGenerator(): Promise<void> {
  generator = start(["demo", "instrument", "function-generator", address(), "--id", "gen-1"]);
  await generator.err.next("the generator to join", 60_000);
}

beforeAll(() => {
  relay = startRelay();
});
afterAll(async () => {
  await generator?.[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
});

/** One person at a page. */
class Person {
  constructor(readonly page: Page) {}

  key(name: string | RegExp) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  readonly canvas = () => this.page.locator(".scope-canvas");
  state = () => this.canvas().getAttribute("data-state");
  number = async () => Number(await this.canvas().getAttribute("data-n"));
  ignored = async () =>
    Number(
      (await this.page
        .locator(".scope-ignored")
        .getAttribute("data-ignored")
        .catch(() => null)) ?? 0,
    );
  measured = async (name: string) =>
    (await this.page.locator(`[data-measured=${name}]`).textContent())?.replaceAll("\u2009", " ") ?? "";

  async type(label: string, text: string): Promise<void> {
    const field = this.page.getByRole("spinbutton", { name: label, exact: true });
    await field.fill(text);
    await field.press("Enter");
  }

  value = (label: string) => this.page.getByRole("spinbutton", { name: label, exact: true }).inputValue();
  waitFor = (state: string) => until(state, async () => (await this.state()) === state);
  showsMeasured = (name: string, value: RegExp) =>
    until(`${name} ${value}`, async () => value.test(await this.measured(name)));
}

test("two watch one oscilloscope: nothing runs, a generator starts, both set it, it is killed and starts again, others lie", async () => {
  await using annPage = await browser.open(relay.http("/demos/oscilloscope"), { ...DESK, acceptDownloads: true });
  const ann = new Person(annPage.page);
  await ann.page.getByText("achex demo instrument function-generator").waitFor();
  expect(await accessibilityFindings(ann.page)).toEqual([]);
  await startGenerator();
  await ann.key("Output 1").click();
  await ann.showsMeasured("frequency-1", /^(1\.000\d kHz|999\.\d\d Hz)/);
  await using bobPage = await browser.open(relay.http("/demos/oscilloscope?instrument=gen-1"), PHONE);
  const bob = new Person(bobPage.page);
  await bob.waitFor("T'D");
  await ann.page.getByText("2 watching").waitFor();

  await setTogether(ann, bob);
  await trigger(ann, bob);
  await look(ann);
  await save(ann);
  await share(ann, bob);
  await control(ann, bob);
  await restart(ann, bob);
  await hostile(ann, bob);

  expect(await accessibilityFindings(ann.page)).toEqual([]);
  expect(await accessibilityFindings(bob.page)).toEqual([]);
  expect(await unreachable(ann.page)).toEqual([]);
  expect(await overflowing(bob.page)).toEqual([]);
  for (const { errors } of [annPage, bobPage]) expect(errors).toEqual([]);
}, 240_000);

/** What one sets, the other sees; what is out of range is rejected with a reason. */
async function setTogether(ann: Person, bob: Person): Promise<void> {
  await ann.key("Time/div: more").click();
  await until("the time at Bob", async () => (await bob.value("Time/div")) === "1.00 ms");
  await bob.type("CH1 V/div", "200m");
  await until("the range at Ann", async () => (await ann.value("CH1 V/div")) === "200 mV");
  await ann.type("Frequency 1", "2k");
  await bob.showsMeasured("frequency-1", /^(2\.000\d kHz|1\.999\d kHz)/);
  await ann.type("Amplitude 1", "20");
  await ann.page.getByText("is at most 5 V").waitFor();
  await ann.type("Amplitude 1", "1.2");
  await bob.showsMeasured("peakToPeak-1", /^1\.2\d\d V/);
  await ann.key("Find signal").click();
  await until("the signal to be found", async () => (await ann.value("Time/div")) === "200 µs");
}

/** Single waits for its trigger, shows one waveform to both, and stops. */
async function trigger(ann: Person, bob: Person): Promise<void> {
  await ann.type("Level", "5");
  await ann.waitFor("AUTO");
  await ann.key("Normal").click();
  await Promise.all([ann.waitFor("WAIT"), bob.waitFor("WAIT")]);
  const before = await bob.number();
  await ann.page.locator("main").focus();
  await ann.page.keyboard.press("s");
  await until(
    "single at Bob",
    async () => (await bob.page.locator(".scope-trigger").textContent())?.includes("single") === true,
  );
  // Still waiting after many captures.
  await ann.page.waitForFunction(
    (start) => performance.now() - start > 500,
    await ann.page.evaluate(() => performance.now()),
  );
  expect(await ann.state()).toBe("WAIT");
  expect(await bob.number()).toBe(before);
  await ann.type("Level", "100 mV");
  await Promise.all([ann.waitFor("STOP"), bob.waitFor("STOP")]);
  const shown = before + 1;
  for (const one of [ann, bob]) await until("the single waveform", async () => (await one.number()) === shown);
  // Somebody who comes now sees it as well.
  await bob.page.reload();
  await bob.waitFor("STOP");
  await until("the same waveform", async () => (await bob.number()) === shown);
  await ann.key("Run / Stop").click();
  await Promise.all([ann.waitFor("T'D"), bob.waitFor("T'D")]);
  expect(await ann.key("Auto").getAttribute("aria-pressed")).toBe("true");
}

/** Cursors by keyboard and pointer, spectrum, persistence, XY and averages. */
async function look(ann: Person): Promise<void> {
  const { page } = ann;
  await ann.key("X").click();
  const delta = page.locator("[data-cursor=delta-X]");
  const isDelta = async (text: string) => (await delta.textContent()) === text;
  await until("the distance of the cursors", () => isDelta("600.0 µs"));
  await page.getByRole("slider", { name: "Cursor X1" }).focus();
  for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowRight");
  await until("the cursor that was moved by keys", () => isDelta("500.0 µs"));
  const box = await ann.canvas().boundingBox();
  if (!box) throw new Error("no screen");
  // X2 is at 65 % of the plot.
  const x = box.x + 18 + (box.width - 36) * 0.65;
  await page.mouse.move(x, box.y + 150);
  await page.mouse.down();
  await page.mouse.move(x + 100, box.y + 160, { steps: 3 });
  await page.mouse.up();
  await until("the cursor that was dragged", async () => !(await isDelta("500.0 µs")));
  await page.getByLabel("Operation").selectOption("fft");
  const peak = page.locator("[data-peak]");
  await until(
    "the peak of the spectrum",
    async () => Math.abs(Number(await peak.getAttribute("data-peak")) / 2_000 - 1) < 0.01,
  );
  // 1.2 Vpp is 0.424 V rms: −7.4 dBV, and at most 1.42 dB less with the window of Hann.
  expect(Math.abs(Number(await peak.getAttribute("data-level")) + 7.4)).toBeLessThan(1.5);
  await page.getByLabel("Persistence").selectOption("2");
  await page.getByLabel("Average").selectOption("16");
  await page.getByText("mean of 16").waitFor();
  await ann.key("Keep as R1").click();
  await ann.key("Clear R1 (CH1)").waitFor();
  await ann.key("XY").click();
  await page.getByRole("group", { name: "Axes" }).getByRole("button", { name: "Time" }).click();
  await page.getByLabel("Average").selectOption("1");
}

async function save({ page, key }: Person): Promise<void> {
  const download = async (name: string) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  void key;
  const picture = await download("Picture (PNG)");
  expect(picture.name).toMatch(/^gen-1 [\d -]+\.png$/);
  expect([...picture.bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(picture.bytes.length).toBeGreaterThan(10_000);
  const [header, ...rows] = (await download("Values (CSV)")).bytes.toString().trim().split("\r\n");
  expect(header).toBe("time/s,CH1/V,CH2/V,R1 (CH1)/V,frequency/Hz,level/dBV");
  expect(rows.length).toBe(1_000);
  const volts = rows.map((row) => Number(row.split(",")[1]));
  expect(Math.max(...volts) - Math.min(...volts)).toBeCloseTo(1.2, 1);
}

/** With the switch, both have the same cursors; without it, each their own. */
async function share(ann: Person, bob: Person): Promise<void> {
  await ann.key("Share my view").click();
  await bob.key("Share my view").click();
  await bob.page.locator("[data-cursor=delta-X]").waitFor();
  await bob.key("Y").click();
  await ann.page.locator("[data-cursor=delta-Y]").waitFor();
  await bob.key("Share my view").click();
  await bob.page.getByRole("group", { name: "Lines" }).getByRole("button", { name: "Off" }).click();
  await ann.page.locator("[data-cursor=delta-Y]").waitFor();
}

/** Who is in control decides; without anybody in control, everybody may change settings. */
async function control(ann: Person, bob: Person): Promise<void> {
  await bob.key("Take part").click();
  await bob.page.getByText("You are in control").waitFor();
  await ann.key("Time/div: more").click();
  await ann.page.locator(".scope-problem").filter({ hasText: "controls this instrument" }).waitFor();
  await bob.key("Time/div: more").click();
  await until("the time at Ann", async () => (await ann.value("Time/div")) === "500 µs");
  await bob.key("Only watch").click();
  await ann.page.getByText("Nobody is in control").waitFor();
  await ann.key("Time/div: less").click();
  await until("the time at Bob", async () => (await bob.value("Time/div")) === "200 µs");
}

/** A killed instrument is offline; after its restart, the same page goes on. */
async function restart(ann: Person, bob: Person): Promise<void> {
  generator?.signal("SIGKILL");
  await Promise.all([ann.waitFor("OFFLINE"), bob.waitFor("OFFLINE")]);
  await generator?.ended;
  await startGenerator();
  await ann.key("Output 1").click();
  await Promise.all([ann.waitFor("T'D"), bob.waitFor("T'D")]);
}

const HEADER = {
  ...{ n: 1, t: 0, dt: 1e-6, points: 1_000, trigger: 500, state: "triggered" },
  channels: [{ scale: 1, offset: 0 }],
};
/** Headers, and how many bytes follow them. */
const LIES: readonly (readonly [Record<string, unknown>, number])[] = [
  [HEADER, 1_999],
  [{ ...HEADER, points: 1e9 }, 2_000],
  [{ ...HEADER, points: -5 }, 10],
  [{ ...HEADER, channels: [{ scale: null, offset: 0 }] }, 2_000],
  [{ ...HEADER, channels: [{ scale: 1e308, offset: -1e308 }] }, 2_000],
  [{ ...HEADER, channels: Array(1_000).fill({ scale: 1, offset: 0 }) }, 2_000],
  [{ ...HEADER, dt: 0 }, 2_000],
  [{ ...HEADER, trigger: 1e12 }, 2_000],
  [{ ...HEADER, state: "__proto__" }, 2_000],
  [{}, 0],
];
const EVIL = {
  ...{ instrument: "evil-1", kind: "function-generator", title: "<img src=x onerror=alert(1)>\u202e", waveform: 2 },
  ...{ maker: "", model: "", serial: "", firmware: "" },
};

/** Others send into the hub of the generator, and an instrument of their own lies about everything. */
async function hostile(ann: Person, bob: Person): Promise<void> {
  const mallory = connect<object>(`ws://${address()}`, { name: "mallory" });
  const foreign = mallory.hub("waveform-gen-1");
  await foreign.join();
  await foreign.sendBinary(new Uint8Array(2_000), HEADER);
  await until("the foreign waveform to be ignored", async () => (await ann.ignored()) === 1);
  await mallory.hub("instruments").join({ presence: true, attributes: EVIL });
  const own = mallory.hub("waveform-evil-1");
  await own.join({ presence: true });
  await ann.page.getByLabel("Instrument").selectOption("evil-1");
  await until("a watcher", () => own.count === 2);
  for (const [lie, size] of LIES) {
    await own.sendBinary(new Uint8Array(size), lie);
    await ann.page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await until("all lies to be ignored", async () => (await ann.ignored()) === LIES.length);
  // A flood of valid ones: the page draws what it can.
  const flood = Array.from({ length: 400 }, (_, n) =>
    own.sendBinary(new Uint8Array(4_000), { ...HEADER, n: n + 10, points: 2_000 }, { confirm: false }),
  );
  await Promise.all(flood);
  await until("the flood to be shown", async () => (await ann.number()) === 409);
  await mallory.drain();
  mallory.close();
  await ann.waitFor("OFFLINE");
  await bob.waitFor("T'D");
  await ann.page.getByLabel("Instrument").selectOption("gen-1");
  await ann.waitFor("T'D");
}
