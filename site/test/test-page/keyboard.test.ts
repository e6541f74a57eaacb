import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { faults } from "@achex/protocol";
import type { Locator, Page } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { accessibilityFindings } from "../kit/checks.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const wide = { viewport: { width: 1440, height: 900 } };
const isFocused = (element: Locator): Promise<boolean> => element.evaluate((one) => one === document.activeElement);

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await isFocused(element)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never leads to ${element}`);
}

describe("with the keyboard alone", () => {
  test("connect, choose a template, send it, move through the log, copy a frame and disconnect", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const { page } = tab;
    const [ann, bob] = [client(page, 0), client(page, 1)];
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ann.getByLabel("Server").waitFor();
    for (const panel of [ann, bob]) {
      await tabTo(page, panel.getByLabel("Name"));
      await page.keyboard.press("Enter");
      await panel.locator(".badge.good").waitFor();
      // The field is gone, so focus moves to the draft and not to the top of the page.
      expect(await isFocused(panel.locator("textarea"))).toBe(true);
    }
    await page.keyboard.press("Shift+Tab");
    await tabTo(page, ann.getByRole("button", { name: "Templates" }));
    await page.keyboard.press("ArrowDown");
    await ann.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    expect(await isFocused(ann.getByRole("button", { name: "Templates" }))).toBe(true);
    await page.keyboard.press("Enter");
    await ann.getByRole("menu").waitFor();
    await page.keyboard.press("j");
    expect(await isFocused(ann.getByRole("menuitem", { name: "Join a hub" }))).toBe(true);
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    expect(await ann.locator("textarea").inputValue()).toBe('{"to":"Bob","msg":"hi"}');
    expect(await isFocused(ann.locator("textarea"))).toBe(true);
    await page.keyboard.press("Enter");
    await bob.locator(".row.in").filter({ hasText: '"msg":"hi"' }).waitFor();
    await tabTo(page, bob.getByRole("tree"));
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    const detail = bob.getByRole("region", { name: /^Details of frame/ });
    await detail.getByText('"FROM"').waitFor();
    await page.keyboard.press("Control+c");
    await detail.getByRole("button", { name: "Copied" }).waitFor();
    const stamped = await page.evaluate(() => navigator.clipboard.readText());
    expect(stamped).toMatch(/^\{"to":"Bob","msg":"hi","sID":\d+,"FROM":"Ann"\}$/);
    await page.keyboard.press("Home");
    await detail.getByText("connecting to").waitFor();
    await page.keyboard.press("Escape");
    await detail.waitFor({ state: "detached" });
    await tabTo(page, bob.getByRole("button", { name: "Disconnect" }));
    await page.keyboard.press("Space");
    await bob.getByRole("button", { name: "Connect", exact: true }).waitFor();
    expect(tab.errors).toEqual([]);
  });

  test("a screen reader hears what became of the frame that was sent, and finds it in the log", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const ann = client(tab.page, 0);
    await ann.getByRole("button", { name: "Connect", exact: true }).click();
    await ann.locator(".badge.good").waitFor();
    const says = (text: string) => ann.getByRole("status").filter({ hasText: text }).waitFor();
    await ann.locator("textarea").fill('{"To":"Bob"}');
    await ann.locator("textarea").press("Enter");
    await says(`Dropped · no-verb. ${faults["no-verb"].message} Did you mean "to"?`);
    await ann.locator("textarea").fill('{"to":"Ann"}');
    await ann.locator("textarea").press("Enter");
    await says("Delivered to 1 client.");
    const row = ann.getByRole("treeitem", { name: /sent .*"To".*Dropped · no-verb/ });
    expect(await row.getAttribute("aria-expanded")).toBe("false");
    await ann.getByRole("tree").press("End");
    await tab.page.keyboard.press("ArrowRight");
    await ann.getByRole("treeitem", { expanded: true }).waitFor();
    await tab.page.keyboard.press("ArrowLeft");
    await ann.getByRole("treeitem", { expanded: true }).waitFor({ state: "detached" });
  });

  test("the arrow keys recall sent frames and the draft", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const area = client(tab.page, 0).locator("textarea");
    await client(tab.page, 0).getByRole("button", { name: "Connect", exact: true }).click();
    await client(tab.page, 0).locator(".badge.good").waitFor();
    for (const text of ["ping", '{"echo":1}']) {
      await area.fill(text);
      await area.press("Enter");
    }
    await area.fill("");
    const after = async (key: string): Promise<string> => {
      await area.press(key);
      return area.inputValue();
    };
    expect([
      await after("ArrowUp"),
      await after("ArrowUp"),
      await after("ArrowDown"),
      await after("ArrowDown"),
    ]).toEqual(['{"echo":1}', "ping", '{"echo":1}', ""]);
    await area.fill("half writ");
    // Without Alt the arrow keys move the cursor in the draft.
    expect([await after("ArrowUp"), await after("Alt+ArrowUp"), await after("Alt+ArrowDown")]).toEqual([
      "half writ",
      '{"echo":1}',
      "half writ",
    ]);
  });
});

describe("in use, light and dark", () => {
  test("axe finds nothing with details, a close, a plot or the share dialog open", async () => {
    await using tab = await browser.open(relay.http("/test"), { ...wide, reducedMotion: "reduce" });
    const { page } = tab;
    const ann = client(page, 0);
    await ann.getByRole("button", { name: "Connect", exact: true }).click();
    await ann.locator(".badge.good").waitFor();
    await ann.locator("textarea").fill('{"to":"Ann","msg":"hi"}');
    await ann.locator("textarea").press("Enter");
    for (let count = 1; count <= 2; count++) {
      await ann.getByRole("button", { name: "Ping", exact: true }).click();
      await ann
        .getByText(count === 1 ? "1 sample" : "2 samples")
        .first()
        .waitFor();
    }
    await ann.locator(".row.in").filter({ hasText: "FROM" }).click();
    await ann.locator(".plot canvas").waitFor();
    const findings = async () => {
      await page.emulateMedia({ colorScheme: "light" });
      const day = await accessibilityFindings(page);
      await page.emulateMedia({ colorScheme: "dark" });
      return [day, await accessibilityFindings(page)];
    };
    expect(await findings()).toEqual([[], []]);
    await ann.getByRole("button", { name: "Disconnect" }).click();
    await ann.locator(".row.event").filter({ hasText: "closed with 1000" }).click();
    await ann.locator("textarea").fill("{to:1}");
    expect(await findings()).toEqual([[], []]);
    await ann.getByRole("button", { name: "Templates" }).click();
    await ann.getByRole("menu").waitFor();
    expect(await findings()).toEqual([[], []]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    expect(await findings()).toEqual([[], []]);
  });
});
