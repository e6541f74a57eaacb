import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Locator, Page } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { sendNumbered } from "./kit/flood.ts";
import { client, connect, send } from "./kit/page.ts";
import { renderingWork } from "./kit/rendering-work.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  // No rate limit: the 10,000 frames are to arrive as fast as possible.
  relay = startRelay({ "max-frames-per-second": 0 });
});
afterAll(() => relay[Symbol.asyncDispose]());

/** Of a window: visible rows and the spare ones around them. */
const MAX_ROWS = 60;
/** Attributes, texts and elements that change when a row element is reused for another frame. */
const MAX_CHANGES_PER_ROW = 30;

const received = (panel: Locator, text: string): Locator => panel.locator(".row.in").filter({ hasText: text });

const download = async (page: Page, panel: Locator): Promise<string> => {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "Export" }).click(),
  ]);
  return readFileSync(await file.path(), "utf8");
};

describe("two clients on the page", () => {
  test("K2, K7, K9, K5, C8: one click connects and logs in; each kind of address arrives", async () => {
    await using tab = await browser.open(relay.http("/test"), { viewport: { width: 1440, height: 1000 } });
    const [ann, bob] = [client(tab.page, 0), client(tab.page, 1)];
    await connect(ann);
    await connect(bob);
    await received(bob, '{"auth":"ok"}').waitFor();
    const session = /session (\d+)/.exec(await bob.getByRole("status").first().innerText())?.[1];
    await send(ann, '{"to":"Bob","n":1}');
    await received(bob, '"n":1').locator(".stamp").filter({ hasText: '"FROM":"Ann"}' }).waitFor();
    await send(ann, `{"toS":${session},"n":2}`);
    await received(bob, '"n":2').waitFor();
    await send(bob, '{"cmd":"register_broadcast","bid":"room"}');
    await send(bob, '{"joinHub":"6542"}');
    await received(bob, '{"joinHub":"OK"}').waitFor();
    await send(ann, '{"bc":"room","n":3}');
    await send(ann, '{"toH":"6542","n":4}');
    await received(bob, '"n":4').waitFor();
    expect(await received(bob, '"n":3').count()).toBe(1);
    await send(bob, "ping");
    await received(bob, '{"ltcy":"').waitFor();
    await bob.getByText(/Server ping\s*\d+ ms/).waitFor();
    await bob.getByRole("button", { name: "Disconnect" }).click();
    await bob.locator(".row.event").filter({ hasText: "closed with 1000: normal closure" }).waitFor();
    expect(tab.errors).toEqual([]);
    expect(tab.requests.filter((url) => !url.startsWith(relay.http("")) && !url.startsWith("blob:"))).toEqual([]);
  });

  test("R40: achex.2, with a binary message as hex", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await ann.getByLabel("Dialect").selectOption("achex.2");
    await ann.getByLabel("Name").fill("Alex");
    await connect(ann);
    await received(ann, '"$hello"').waitFor();
    await ann.getByRole("button", { name: "Templates" }).click();
    await ann.getByRole("menuitem", { name: "Binary message" }).click();
    await ann.getByText("To everyone logged in as “Alex”").waitFor();
    await ann.getByRole("button", { name: "Send", exact: true }).click();
    await received(ann, "0102ff").click();
    await ann
      .getByRole("region", { name: /^Details of frame/ })
      .getByText('{"to":"Alex"')
      .waitFor();
    await send(ann, "zz");
    await ann.getByRole("alert").filter({ hasText: "pairs of hex digits" }).waitFor();
    expect(tab.errors).toEqual([]);
  });
});

describe("the composer", () => {
  test("previews where a frame will go, or why not and how to fix it; the history recalls frames", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await connect(ann);
    await received(ann, '{"auth":"ok"}').waitFor();
    const says = (text: string) => ann.locator(".preview").filter({ hasText: text }).waitFor();
    await ann.locator("textarea").fill('{"To":"Bob"}');
    await says('Did you mean "to"?');
    await ann.locator("textarea").fill('{"to":"Bob"}');
    await says("To everyone logged in as “Bob”.");
    await ann.getByRole("button", { name: "Send", exact: true }).click();
    await send(ann, '{"setID":"Ann","passwd":"secret"}');
    await ann.locator("textarea").fill("");
    await ann.locator("textarea").press("Alt+ArrowUp");
    expect(await ann.locator("textarea").inputValue()).toBe('{"setID":"Ann","passwd":"<password>"}');
    await ann.locator("textarea").press("Alt+ArrowUp");
    expect(await ann.locator("textarea").inputValue()).toBe('{"to":"Bob"}');
    expect(await tab.page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("secret");
  });
});

describe("the log", () => {
  test("filters, searches, pauses, exports, and a replay sends the same again", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await connect(ann);
    await send(ann, '{"echo":"first"}');
    await received(ann, "first").waitFor();
    await ann.getByRole("button", { name: "Sent", exact: true }).click();
    await ann.locator(".row.in").first().waitFor({ state: "detached" });
    await ann.getByLabel("Search the log").fill("nothing like this");
    await ann.getByText("No matching frames").waitFor();
    await ann.getByLabel("Search the log").fill("");
    await ann.getByRole("button", { name: "All", exact: true }).click();
    await ann.getByRole("button", { name: "Pause" }).click();
    await send(ann, '{"echo":"second"}');
    await ann.getByRole("button", { name: "Resume (2 new)" }).click();
    await received(ann, "second").waitFor();
    const file = await download(tab.page, ann);
    const sent = file
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ direction }) => direction === "out");
    expect(sent.map(({ text }) => text)).toEqual([
      '{"setID":"Ann","passwd":""}',
      '{"echo":"first"}',
      '{"echo":"second"}',
    ]);
    await ann.getByRole("button", { name: "Clear", exact: true }).click();
    await ann
      .locator('input[type="file"]')
      .setInputFiles({ name: "a.ndjson", mimeType: "application/x-ndjson", buffer: Buffer.from(file) });
    await received(ann, "second").waitFor();
    expect(await received(ann, "first").count()).toBe(1);
    expect(tab.errors).toEqual([]);
  });

  test("a replay sends the valid lines and reports the first invalid one", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await connect(ann);
    await send(ann, '{"echo":"well"}');
    const [well] = (await download(tab.page, ann)).split("\n").filter((line) => line.includes("well"));
    await ann.getByRole("button", { name: "Clear", exact: true }).click();
    const buffer = Buffer.from(`${well}\nnot json\n`);
    await ann
      .locator('input[type="file"]')
      .setInputFiles({ name: "a.ndjson", mimeType: "application/x-ndjson", buffer });
    await received(ann, "well").waitFor();
    await ann.getByRole("alert").filter({ hasText: "Line 2" }).waitFor();
  });

  test("R7: a fault links to its explanation", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await ann.getByLabel("Dialect").selectOption("achex.2");
    await connect(ann);
    await send(ann, '{"$ref":7,"to":"Nobody"}');
    await received(ann, "no-such-name").locator(".line").click();
    const link = ann.getByRole("link", { name: "About this fault" });
    expect(await link.getAttribute("href")).toBe("/errors#no-such-name");
  });

  test("rows of an earlier connection are muted, and reused row elements take the colours of their new entry", async () => {
    await using tab = await browser.open(relay.http("/test"), { viewport: { width: 360, height: 740 } });
    const ann = client(tab.page, 0);
    const fill = async () => {
      await connect(ann);
      for (let n = 1; n <= 12; n++) await send(ann, `{"echo":${n}}`);
      await received(ann, '{"echo":12}').last().waitFor();
    };
    await fill();
    await ann.getByRole("button", { name: "Disconnect" }).click();
    await fill();
    const colours = (rows: string) =>
      ann
        .locator(`.row${rows}:is(.in, .out) code`)
        .evaluateAll((all) => [...new Set(all.map((code) => getComputedStyle(code).color))]);
    const current = await colours(":not(.past)");
    expect(current.length).toBe(1);
    await ann.getByRole("tree").press("Home");
    await ann.locator(".row.past").first().waitFor();
    const past = await colours(".past");
    expect(past.length).toBe(1);
    expect(past).not.toEqual(current);
  });

  test("10,000 frames: only visible rows are rendered, and the 10,000th costs no more than the first", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const ann = client(tab.page, 0);
    await connect(ann);
    await received(ann, '{"auth":"ok"}').waitFor();
    const receive = (count: number) =>
      renderingWork(tab.page, async () => {
        await sendNumbered(relay.http("/").replace("http", "ws"), "Ann", count);
        await received(ann, `"n":${count}`).waitFor();
      });
    const first = await receive(2_000);
    const middle = await receive(6_001);
    const last = await receive(1_999);
    expect(Number(await ann.locator(".frames").getAttribute("data-count"))).toBeGreaterThanOrEqual(10_000);
    expect(await ann.locator(".row").count()).toBeLessThan(MAX_ROWS);
    const scrolling = await renderingWork(tab.page, () =>
      tab.page.evaluate(async () => {
        const box = document.querySelector(".frames");
        for (let step = 1; box && step <= 60; step++) {
          box.scrollTop = box.scrollHeight * (1 - step / 60);
          await new Promise(requestAnimationFrame);
        }
      }),
    );
    for (const { animationFrames, rowsCreated, maxChangesPerFrame, layouts } of [first, middle, last, scrolling]) {
      expect(animationFrames).toBeGreaterThan(1);
      expect(rowsCreated).toBeLessThan(2 * MAX_ROWS);
      expect(maxChangesPerFrame).toBeLessThan(MAX_ROWS * MAX_CHANGES_PER_ROW);
      expect(layouts).toBeLessThanOrEqual(3 * animationFrames + 10);
    }
    // Compared within this run: as many frames into a log that is five times as long.
    expect(last.cpuSeconds).toBeGreaterThan(0);
    expect(last.cpuSeconds).toBeLessThan(3 * first.cpuSeconds);
    await ann.getByLabel("Search the log").fill("6000");
    await received(ann, '"n":6000').waitFor();
  });
});

describe("stored settings", () => {
  test("clients and layout survive a reload, passwords do not; a link restores the setup elsewhere", async () => {
    await using tab = await browser.open(relay.http("/test"), { viewport: { width: 1440, height: 1000 } });
    const { page } = tab;
    await client(page, 1).getByLabel("Name").fill("Zoë");
    await client(page, 1).getByLabel("Path").fill("/hall");
    await client(page, 1).getByLabel("Password").fill("secret");
    await page.getByRole("button", { name: "Add client" }).click();
    await page.getByRole("button", { name: "Tabs" }).click();
    await page.reload();
    expect(await page.getByRole("tab").allInnerTexts()).toEqual(["Ann", "Zoë", "Bob"]);
    await page.getByRole("tab", { name: "Bob" }).press("ArrowLeft");
    expect(await client(page, 0).getByLabel("Path").inputValue()).toBe("/hall");
    expect(await client(page, 0).getByLabel("Dialect").inputValue()).toBe("cloud");
    expect(await client(page, 0).getByLabel("Password").inputValue()).toBe("");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
    await using phone = await browser.open(link, { viewport: { width: 360, height: 800 } });
    await phone.page.getByRole("tab", { name: "Zoë" }).click();
    expect(await client(phone.page, 0).getByLabel("Name").inputValue()).toBe("Zoë");
    expect(new URL(phone.page.url()).hash).toBe("");
    expect([...tab.errors, ...phone.errors]).toEqual([]);
  });

  test("all JavaScript of the page is below 150 kB gzip", async () => {
    const html = await (await fetch(relay.http("/test"))).text();
    const scripts = Array.from(html.matchAll(/<script[^>]* src="([^"]+)"/g), (match) => match[1] ?? "");
    expect(scripts.length).toBeGreaterThan(1);
    const bodies = await Promise.all(scripts.map(async (path) => (await fetch(relay.http(path))).text()));
    const total = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(total).toBeLessThan(150_000);
    // No lazy chunks: the plot and the QR code are included.
    expect(bodies.join("")).not.toMatch(/\bimport\(["'`]/);
  });
});
