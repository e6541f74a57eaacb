import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { type Running, start } from "../../../../packages/cli/test/kit/achex.ts";
import { until, within } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";
import { Liar } from "./kit/liar.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const PATIENCE = 60_000;
/** How soon the page shows that an instrument was killed, ms. */
const NOTICE = 2_000;
/** The service worker is built after all pages. Until then its script is a 503, which the console reports. */
const faults = (errors: readonly string[]): string[] => errors.filter((error) => !error.includes("503"));
// The runtime itself and not its launcher, which would be killed alone.
const by = [process.execPath, join(import.meta.dir, "../../../../packages/cli/src/main.ts")];

const url = () => `ws://127.0.0.1:${relay.port}/instruments`;
const instrument = async (kind: string, id: string): Promise<Running> => {
  const running = start(["demo", "instrument", kind, url(), "--id", id], { by });
  await running.err.next(`${id} to join`, PATIENCE);
  return running;
};
const field = (page: Page, id: string, state = "") => page.locator(`.field[data-id="${id}"]${state}`);
const visible = (page: Page, id: string, state = "") => field(page, id, state).waitFor({ timeout: PATIENCE });

async function fileOf(page: Page, name: string): Promise<string> {
  await page.click("text=Export");
  const waiting: Promise<Download> = page.waitForEvent("download");
  await page.getByRole("button", { name, exact: true }).click();
  const path = await (await waiting).path();
  await page.click(".game-dialog >> text=Close");
  return Bun.file(path).text();
}

const VOLTS = { unit: "V", digits: 4, min: 0, max: 10, low: 1, high: 5, title: "Voltage" };

/** One that lies in every way, another one's readings included. */
async function misbehave(liar: Liar, page: Page): Promise<void> {
  {
    using _lies = liar.repeat(20, () => {
      for (const v of [{ volts: "9" }, { volts: 1e300 }, { volts: { $gt: 1 } }, "<script>"]) liar.read(v);
      liar.read({ volts: 7 }, { r: "dmm-1" });
      liar.read({ volts: 3 }, { t: 0 });
    });
    await field(page, "liar-1").locator(".doubt").waitFor({ timeout: PATIENCE });
    await liar.describe({ quantities: { volts: { ...VOLTS, unit: "mV" } } });
    await field(page, "liar-1").locator('.doubt[title*="unit"]').waitFor({ timeout: PATIENCE });
  }
  const doubts = await field(page, "liar-1").locator(".doubt").getAttribute("title");
  for (const word of ["not a number", "off its scale", "more than its interval", "clock"])
    expect(doubts).toContain(word);
  // Nobody else is harmed.
  await visible(page, "dmm-1", ".live");
  expect(await field(page, "dmm-1").innerText()).toMatch(/[45]\.\d{5} V/);
  expect(await page.locator('.alarm:has-text("Multimeter")').count()).toBe(0);
}

/** The supply: offline in time, with an alarm that is read out, and back. */
async function killAndRestart(page: Page, supply: Running): Promise<Running> {
  supply.signal("SIGKILL");
  const killed = performance.now();
  await visible(page, "psu-1", ".offline");
  const noticed = performance.now() - killed;
  expect(noticed).toBeLessThan(NOTICE);
  await page.locator('.alarm.priority-1:has-text("Offline")').waitFor();
  await page.locator('[role=alert]:has-text("Critical: Power supply")').waitFor({ state: "attached" });
  await supply.ended;
  const again = await instrument("power-supply", "psu-1");
  await visible(page, "psu-1", ".live");
  await page.locator('.alarm:has-text("cleared, not acknowledged")').waitFor();
  return again;
}

/** Acknowledges one of several alarms, which survives a reload, and changes none of the others. */
async function acknowledgeAndReload(page: Page, liar: Liar): Promise<void> {
  using _beyond = liar.repeat(50, () => liar.read({ volts: 9 }));
  const alarm = page.locator('.alarm:has-text("Voltage 9.00 V is above 5.00 V")');
  await alarm.waitFor({ timeout: PATIENCE });
  await alarm.getByRole("button", { name: "Acknowledge" }).click();
  await page.locator('.alarm:not(.unacknowledged):has-text("is above")').waitFor();
  // The other alarms are as they were.
  expect(await page.locator(".alarm.unacknowledged").count()).toBeGreaterThan(0);
  await page.reload();
  await visible(page, "liar-1", ".live");
  await page.locator('.alarm:not(.unacknowledged):has-text("is above")').waitFor({ timeout: PATIENCE });
  expect(await page.locator('.alarm:has-text("Offline")').count()).toBe(1);
}

test("processes that are killed and restarted, a liar, acknowledgement over a reload, CSV, phone and wall screen", async () => {
  await using opened = await browser.open(relay.http("/demos/instruments"), {
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
  });
  const { page, errors } = opened;
  // Nobody meets an empty page.
  await page.click("text=Start simulated instruments");
  await page.locator(".field.live").nth(5).waitFor({ timeout: PATIENCE });
  await page.reload();
  await page.locator("text=No instrument is online").waitFor({ timeout: PATIENCE });

  const [supply, meter] = await Promise.all([instrument("power-supply", "psu-1"), instrument("multimeter", "dmm-1")]);
  await Promise.all(["psu-1", "dmm-1"].map((id) => visible(page, id, ".live")));
  await until("digits", async () => /\d\.\d+ V/.test(await field(page, "dmm-1").innerText()), PATIENCE);
  await page.click('[data-id="psu-1"] button');
  await page.locator('.detail:has-text("0 missed")', { hasText: /[1-9]\d, 0 missed/ }).waitFor({ timeout: PATIENCE });
  await page.keyboard.press("Escape");

  await using _again = await killAndRestart(page, supply);

  using liar = await Liar.announce(url(), "liar-1", "=1+1 <img src=x onerror=alert(1)>");
  await liar.describe({ interval: 50, settings: {}, limits: {}, actions: {}, quantities: { volts: VOLTS } });
  await acknowledgeAndReload(page, liar);
  await misbehave(liar, page);

  const values = await fileOf(page, "Values now");
  expect(values).toMatch(/,dmm-1,Multimeter,multimeter,volts,(4\.99|5\.00)\d+,V,4.99,5.01,live,/);
  expect(values).toContain(",liar-1,'=1+1 <img src=x onerror=alert(1)>,toaster,");
  const log = await fileOf(page, "Log of alarms");
  for (const line of [/,raised,1,psu-1,Power supply,/, /,cleared,1,psu-1,/, /,acknowledged,2,liar-1,.*is above/])
    expect(log).toMatch(line);

  await page.click('[data-id="dmm-1"] button');
  await page.locator('.detail:has-text("Calibration due")').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await overflowing(page)).toEqual([]);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.click("text=Wall screen");
  await page.locator(".kiosk .field").nth(2).waitFor();
  expect(await overflowing(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.locator(".wall-bar").waitFor();
  meter.signal("SIGTERM");
  await visible(page, "dmm-1", ".offline");
  await within("the multimeter to end", meter.ended);
  expect(faults(errors)).toEqual([]);
}, 150_000);
