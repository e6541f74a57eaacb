import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client, connect, send } from "./kit/page.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay({ keep: "hub:k*" });
});
afterAll(() => relay[Symbol.asyncDispose]());

const wide = { viewport: { width: 1440, height: 900 } };
const row = (panel: Locator, text: string): Locator => panel.locator(".row").filter({ hasText: text });
const button = (panel: Locator, name: string): Locator => panel.getByRole("button", { name, exact: true });

/** Connects Ann as a resumable session, and Bob in the classic dialect. */
async function resumableAnn(page: Page): Promise<[Locator, Locator]> {
  const [ann, bob] = [client(page, 0), client(page, 1)];
  await ann.getByLabel("Dialect").selectOption("achex.2");
  await ann.getByLabel("Make the session resumable").check();
  await connect(ann);
  await row(ann, "$resumable").waitFor();
  await connect(bob);
  return [ann, bob];
}

const storage = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

describe("a resumable session of the test page", () => {
  test("[R70 R73 R75 R79] is away after its connection is dropped, and gets what it missed when it resumes", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const [ann, bob] = await resumableAnn(tab.page);
    await send(bob, '{"to":"Ann","n":1}');
    await row(ann, '"n":1').waitFor();
    await button(ann, "Drop connection").click();
    await ann.locator(".status .badge").filter({ hasText: "away" }).waitFor();
    await row(ann, "connection dropped; the server sees 1001").waitFor();
    for (const n of [2, 3]) await send(bob, `{"to":"Ann","n":${n}}`);
    await row(bob, '"n":3').getByText("Delivered to 1 client").or(row(bob, '"n":3').getByText("Held for")).waitFor();
    await button(ann, "Resume").click();
    await row(ann, "session resumed: 2 frames replayed").waitFor();
    expect(await row(ann, "message to name Ann from Bob").allTextContents()).toHaveLength(3);
    await row(ann, '"generation":1').getByText("Accepted").waitFor();
    await ann.locator(".status").getByText("resumable").waitFor();
    // Reports belong to the connection: those of the new one count from 1.
    await send(ann, '{"$ref":7,"to":"Bob","n":4}');
    await row(ann, '"n":4').getByText("Delivered to 1 client").waitFor();
    await row(bob, '"n":4').waitFor();
    expect(tab.errors).toEqual([]);
  });

  test("[R73] the token is masked in the log, exports, storage and the draft, and put back when the frame is sent", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const { page } = tab;
    const [ann] = await resumableAnn(page);
    const frames: string[] = [];
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => frames.push(String(payload)));
      socket.on("framereceived", ({ payload }) => frames.push(String(payload)));
    });
    await button(ann, "Drop connection").click();
    await button(ann, "Resume").click();
    await row(ann, "session resumed").waitFor();
    const token = /"token":"([\w-]{43})"/.exec(
      frames.find((text) => text.startsWith('{"$resume":{"token"')) ?? "",
    )?.[1];
    expect(token).toBeString();
    await button(ann, "Templates").click();
    await ann.getByRole("menuitem", { name: "Resume a session" }).click();
    expect(await ann.locator("textarea").inputValue()).toContain('"token":"<token>","generation":2,');
    await ann.locator(".preview").getByText("resume-late").waitFor();
    await ann.locator("textarea").press("Enter");
    await row(ann, "Refused · resume-late").waitFor();
    expect(frames.filter((text) => text.includes(String(token)))).toHaveLength(2);
    await page.reload();
    await row(ann, "page reloaded").waitFor();
    expect(await storage(page)).toContain("<token>");
    expect(await storage(page)).not.toContain(String(token));
    expect(await page.content()).not.toContain(String(token));
  });

  test("[R73] a session that has ended cannot be resumed: the page logs in again", async () => {
    await using short = startRelay({ "resume-window": 1 });
    await using tab = await browser.open(short.http("/test"), wide);
    const [ann] = await resumableAnn(tab.page);
    await button(ann, "Drop connection").click();
    const health = async (): Promise<string> => (await fetch(short.http("/metrics"))).text();
    while (!/^achex_away_sessions 0$/m.test(await health())) await tab.page.waitForTimeout(50);
    await button(ann, "Resume").click();
    await row(ann, "the session could not be resumed; a new one begins").waitFor();
    await row(ann, "resume-unknown").first().waitFor();
    await row(ann, "$resumable").nth(1).waitFor();
    await ann.locator(".status .badge.good").waitFor();
  });
});

describe("kept channels on the test page", () => {
  test("[R140 R142 R143] positions in rows and results, $kept in words, and a page of history as a table", async () => {
    await using tab = await browser.open(relay.http("/test"), wide);
    const [ann, bob] = [client(tab.page, 0), client(tab.page, 1)];
    for (const panel of [ann, bob]) {
      await panel.getByLabel("Dialect").selectOption("achex.2");
      await connect(panel);
    }
    await send(ann, '{"$ref":1,"toH":"kitchen","msg":"soup is ready"}');
    await row(ann, "soup is ready").getByText("Stored as 1 · Delivered to 0 clients").waitFor();
    await send(bob, '{"$ref":2,"joinHub":"kitchen","$since":{"last":10}}');
    await row(bob, "kept hub kitchen: holds 1 to 1").waitFor();
    await row(bob, "message 1 to hub kitchen from Ann").waitFor();
    await send(ann, '{"$ref":3,"toH":"kitchen","$id":"x","msg":"hurry"}');
    await send(ann, '{"$ref":4,"toH":"kitchen","$id":"x","msg":"hurry"}');
    await row(ann, "Repetition of 2: not delivered again").waitFor();
    await send(bob, '{"$ref":5,"$history":{"hub":"kitchen","last":10}}');
    await row(bob, "history: 2 messages, result of 5").click();
    const table = bob.locator(".detail table");
    await table.waitFor();
    expect(await table.locator("tbody tr").count()).toBe(2);
    expect(await table.locator("tbody tr").first().textContent()).toContain('Ann{"msg":"soup is ready"}');
    await bob.locator(".detail").getByText("The channel holds 1 to 2").waitFor();
    expect(tab.errors).toEqual([]);
  });
});
