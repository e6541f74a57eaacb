import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { accessibilityFindings, overflowing } from "../kit/checks.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client, connect, send } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const HEIGHT = 844;
const DROPPED = '{"To":"Bob","msg":"hi"}';

/** Left, right, top and bottom of an element, in CSS pixels of the window. */
const edges = (element: Locator) =>
  element.evaluate((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { left: Math.round(left), right: Math.round(right), top: Math.round(top), bottom: Math.round(bottom) };
  });

/** Whether the middle of an element is what a user sees there. */
const isSeen = (element: Locator): Promise<boolean> =>
  element.evaluate((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    const found = document.elementFromPoint(left + Math.min(width, 40) / 2, top + height / 2);
    return found !== null && (one === found || one.contains(found) || found.contains(one));
  });

/** Connects and sends a message that arrives and frames that do not. */
async function fill(page: Page): Promise<Locator> {
  const panel = client(page, 0);
  await connect(panel);
  await panel.locator(".row.in").filter({ hasText: '{"auth":"ok"}' }).waitFor();
  await send(panel, '{"to":"Ann","msg":"hi"}');
  await panel.locator(".row.out").filter({ hasText: "Delivered to 1 client" }).waitFor();
  await send(panel, '{"to":"Nobody","msg":"hi"}');
  await panel.locator(".row.out").filter({ hasText: "Dropped · no-recipient" }).waitFor();
  await send(panel, DROPPED);
  await panel.locator(".row.out").filter({ hasText: "Dropped · no-verb" }).waitFor();
  return panel;
}

describe.each([360, 390, 768, 1440, 1920])("at %d px", (width) => {
  test("a dropped frame is seen after Send, red, with its reason and remedy, above the composer", async () => {
    await using tab = await browser.open(relay.http("/test"), { viewport: { width, height: HEIGHT } });
    const { page } = tab;
    const panel = await fill(page);
    const row = panel.locator(".row.tone-bad").last();
    for (const part of [row.locator("code"), row.locator(".status"), row.locator(".row-note")])
      expect(await isSeen(part)).toBe(true);
    expect(await row.locator(".row-note").innerText()).toContain('Did you mean "to"?');
    const delivered = panel.locator(".row.tone-good").last();
    const colour = (of: Locator) => of.locator(".status").evaluate((one) => getComputedStyle(one).color);
    expect(await colour(row)).not.toBe(await colour(delivered));
    const composer = await edges(panel.locator(".composer"));
    expect((await edges(row.locator(".line"))).bottom).toBeLessThanOrEqual(composer.top);
    expect(composer.bottom).toBeLessThanOrEqual(HEIGHT);
    // Every row says what it is, at every width.
    expect(await isSeen(panel.locator(".row.in .label").last())).toBe(true);
    expect(await overflowing(page)).toEqual([]);
    expect(tab.errors).toEqual([]);
  });

  test("details open below their row; a menu opens from its button and stays in the window", async () => {
    await using tab = await browser.open(relay.http("/test"), { viewport: { width, height: HEIGHT } });
    const { page } = tab;
    const panel = await fill(page);
    const row = panel.locator(".row.out").filter({ hasText: "no-recipient" });
    await row.locator(".line").click();
    const detail = row.getByRole("region", { name: /^Details of frame/ });
    expect((await edges(detail)).top).toBeGreaterThanOrEqual((await edges(row.locator(".line"))).bottom - 1);
    expect(await isSeen(detail.getByText("Nobody is logged in"))).toBe(true);
    expect(await row.getAttribute("aria-expanded")).toBe("true");
    await panel.getByRole("button", { name: "Templates" }).click();
    const menu = await edges(panel.getByRole("menu"));
    const button = await edges(panel.getByRole("button", { name: "Templates" }));
    expect(menu.bottom).toBeLessThanOrEqual(button.top);
    expect([menu.left >= 0, menu.top >= 0, menu.right <= width]).toEqual([true, true, true]);
    if (width >= 768) expect(menu.left).toBe(button.left);
    expect(await overflowing(page)).toEqual([]);
  });

  test("axe finds nothing, light and dark; the edges match the header", async () => {
    const viewport = { width, height: HEIGHT };
    await using tab = await browser.open(relay.http("/test"), { viewport, reducedMotion: "reduce" });
    const { page } = tab;
    const panel = await fill(page);
    await panel.locator(".row.out").filter({ hasText: "no-verb" }).locator(".line").click();
    // A connection before the current one.
    await panel.getByRole("button", { name: "Disconnect" }).click();
    await connect(panel);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFindings(page)).toEqual([]);
    }
    const header = await edges(page.locator(".wordmark"));
    expect((await edges(page.locator(".tester"))).left).toBe(header.left);
    if (width >= 960) {
      const border = (side: string) =>
        panel.evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), side);
      expect([await border("border-left-width"), await border("border-right-width")]).toEqual(["1px", "1px"]);
    }
    expect(tab.errors).toEqual([]);
  });
});
