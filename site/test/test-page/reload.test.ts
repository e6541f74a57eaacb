import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { sendNumbered } from "./kit/flood.ts";
import { client, connect, send } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay({ "max-frames-per-second": 0 });
});
afterAll(() => relay[Symbol.asyncDispose]());

const wide = { viewport: { width: 1440, height: 900 } };
const row = (panel: Locator, text: string): Locator => panel.locator(".row").filter({ hasText: text });

const storage = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

describe("a reload", () => {
  test("restores the clients, their logs, latencies and drafts; the page lists what is stored and can clear it", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const { page } = tab;
    const [ann, bob] = [client(page, 0), client(page, 1)];
    await ann.getByLabel("Password").fill("secret");
    await connect(ann);
    await connect(bob);
    await row(bob, '{"auth":"ok"}').waitFor();
    await send(ann, '{"to":"Bob","msg":"before"}');
    await row(bob, "before").waitFor();
    await send(ann, "ping");
    await ann.locator(".took").last().waitFor();
    await ann.locator("textarea").fill('{"to":"Bob","msg":"half writ');
    await page.reload();
    await row(bob, "before").locator(".stamp").waitFor();
    await row(ann, "before").waitFor();
    await row(ann, "page reloaded; the connection was closed").waitFor();
    await ann.locator(".took").last().waitFor();
    await ann.locator(".figures").getByText("Round trip").waitFor();
    expect(await ann.locator("textarea").inputValue()).toBe('{"to":"Bob","msg":"half writ');
    expect(await storage(page)).not.toContain("secret");
    // Reload a second time after more frames.
    await connect(bob);
    await send(bob, '{"echo":"after"}');
    await row(bob, "after").last().waitFor();
    await page.reload();
    await row(bob, "before").waitFor();
    await row(bob, "after").first().waitFor();
    for (const key of Object.keys(await page.evaluate(() => ({ ...localStorage, ...sessionStorage }))))
      if (key.startsWith("achex.test")) await page.getByText(key, { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Clear logs" }).click();
    await page.getByRole("button", { name: "Clear frame history" }).click();
    await ann.getByText("No frames yet.").waitFor();
    await page.reload();
    await bob.getByText("No frames yet.").waitFor();
    expect(await storage(page)).not.toContain("before");
    expect(tab.errors).toEqual([]);
  });

  test("keeps the logs of each tab: a new tab gets the clients but not the logs", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const { page } = tab;
    await connect(client(page, 0));
    await send(client(page, 0), '{"echo":"mine"}');
    await row(client(page, 0), "mine").last().waitFor();
    await client(page, 1).getByLabel("Name").fill("Zoë");
    const other = await page.context().newPage();
    await other.goto(relay.http("/test"));
    expect(await client(other, 1).getByLabel("Name").inputValue()).toBe("Zoë");
    await client(other, 0).getByText("No frames yet.").waitFor();
    await client(other, 1).getByLabel("Name").fill("Yan");
    await page.reload();
    expect(await client(page, 1).getByLabel("Name").inputValue()).toBe("Zoë");
    await row(client(page, 0), "mine").first().waitFor();
  });

  test("restores 10,000 frames", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const ann = client(tab.page, 0);
    await connect(ann);
    await row(ann, '{"auth":"ok"}').waitFor();
    await sendNumbered(relay.http("/").replace("http", "ws"), "Ann", 10_000);
    await row(ann, '"n":10000').waitFor();
    await tab.page.reload();
    await row(ann, '"n":10000').waitFor();
    // The event of the reload is an additional line.
    expect(await ann.locator(".frames").getAttribute("data-count")).toBe("10001");
    await ann.getByRole("tree").press("Home");
    await row(ann, '"n":1,').waitFor();
  });
});
