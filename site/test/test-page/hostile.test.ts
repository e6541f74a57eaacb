import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Locator } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const event = (panel: Locator, text: string | RegExp): Locator => panel.locator(".row.event").filter({ hasText: text });

async function send(panel: Locator, text: string): Promise<void> {
  await panel.locator("textarea").fill(text);
  await panel.getByRole("button", { name: "Send", exact: true }).click();
}

describe("hostile frames are shown as text and do not break the page", () => {
  test("markup, bidirectional marks, control characters and a frame of a megabyte, in names and in payloads", async () => {
    const name = '<img src=x onerror="document.title=1">\u202eevil';
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    await panel.getByLabel("Name").fill(name);
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await panel.locator(".badge.good").waitFor();
    await send(panel, JSON.stringify({ to: name, msg: "<script>document.title=2</script>\u0007\u2066" }));
    await panel.locator(".row.in").filter({ hasText: "<script>" }).click();
    const detail = panel.getByRole("region", { name: /^Details of frame/ });
    await detail.getByText("<img src=x").first().waitFor();
    await panel.locator("textarea").fill(JSON.stringify({ toH: name }));
    await panel.getByText("To the other members of the hub").waitFor();
    // Only the composer shows the raw text.
    expect(await panel.innerText()).not.toMatch(/[\u202e\u2066]/);
    expect(await panel.innerHTML()).not.toMatch(/[\u202e\u2066]/);
    expect(await panel.locator("img, script").count()).toBe(0);
    await send(panel, `{"echo":"${"x".repeat(1_000_000)}"}`);
    await panel.locator(".row.in").filter({ hasText: "1.0 MB" }).click();
    await detail.getByText("more characters").waitFor();
    expect(await tab.page.title()).toContain("Test page");
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(tab.errors).toEqual([]);
  });

  test("X4: a frame above the limit shows a warning and closes the connection with a reason; one click reconnects", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await panel.locator(".badge.good").waitFor();
    await panel.locator("textarea").fill(`{"echo":"${"x".repeat(1_100_000)}"}`);
    await panel.getByText("the server would close the connection with code 1009").waitFor();
    await panel.getByRole("button", { name: "Send", exact: true }).click();
    await event(panel, "closed by the server with 1009: frame too large").waitFor();
    await panel.locator(".row.out").filter({ hasText: "Closed the connection · 1009" }).waitFor();
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await panel.locator(".badge.good").waitFor();
  });

  test("a link never connects automatically, and an invalid link loads the defaults", async () => {
    const link = Buffer.from(
      JSON.stringify({
        v: 1,
        clients: [{ dialect: "classic", name: "<b>x</b>", server: "127.0.0.1:9" }, { dialect: "x" }],
      }),
    );
    await using tab = await browser.open(relay.http(`/test#setup=${link.toString("base64url")}`));
    await client(tab.page, 0).getByLabel("Server").waitFor();
    expect(await client(tab.page, 0).getByLabel("Name").inputValue()).toBe("<b>x</b>");
    expect(await tab.page.locator(".client").count()).toBe(1);
    await client(tab.page, 0).getByText("No frames yet.").waitFor();
    await using fresh = await browser.open(relay.http("/test#setup=%%%"));
    await client(fresh.page, 1).getByLabel("Server").waitFor();
    expect([...tab.errors, ...fresh.errors]).toEqual([]);
  });
});
