import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { examplePages, runnable, servedFromRelay } from "../pages/quickstart/examples.ts";
import { steps } from "../pages/quickstart/steps.ts";
import { createBrowser, type TestPage } from "./kit/browser.ts";
import { copiedCode, createTestFolder, waitForText } from "./kit/files.ts";
import { startRelay, type TestRelay } from "./kit/relay.ts";

const browser = createBrowser();
const folder = createTestFolder();

const files = new Map<string, string>();
let relay: TestRelay;

/** A reader copies every block and saves it under its name. */
beforeAll(async () => {
  relay = startRelay();
  await using quickstart = await browser.open(relay.http("/quickstart"));
  for (const { name } of runnable)
    files.set(name, folder.save(name, await copiedCode(quickstart.page, `[data-file="${name}"] [data-whole]`)));
  expect(quickstart.errors).toEqual([]);
});
afterAll(() => relay[Symbol.asyncDispose]());

/** Session ids and times differ from run to run. */
const alike = (text: string): string => text.replace(/[\d.]+/g, "N");

/** Opens the saved file in so many windows; in the end they show the output that the page promises. */
async function step(name: string, windows: number, act: (...pages: Page[]) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const opened: TestPage[] = [];
  // One after the other: of several at once, one that fails would leave the others open.
  while (opened.length < windows) opened.push(stack.use(await browser.open(`file://${files.get(name)}`)));
  await act(...opened.map(({ page }) => page));
  // Windows that have been closed were not the ones that say what happened.
  const open = opened.filter(({ page }) => !page.isClosed());
  const logs = (await Promise.all(open.map(({ page }) => page.textContent("#log")))).join("");
  const { output = [] } = steps.find(({ file }) => file === name) ?? {};
  for (const line of output) expect(alike(logs).split("\n")).toContain(alike(line));
  expect(opened.flatMap(({ errors }) => errors)).toEqual([]);
}

const log = (page: Page | undefined, text: string) =>
  page ? waitForText(page, "#log", text) : Promise.reject(new Error());

/** Everything the page sent when it connected has been carried out: an echo comes after it (V5). */
async function settled(page: Page | undefined): Promise<void> {
  await page?.waitForFunction("socket.readyState === 1");
  await page?.evaluate(`new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => data.includes("echo") && resolve());
    socket.send('{"echo":true}');
  })`);
}

describe("each step of /quickstart, copied, saved and opened", () => {
  test("connect: open, greeting, echo, close (K1, C14)", () =>
    step("connect.html", 1, async (page) => {
      await log(page, 'received {"echo":true,"msg":"hello"}');
      expect(await page?.textContent("#log")).toMatch(
        /^open\nreceived \{"SID":\d+\}\nreceived \{"echo":true,"msg":"hello"\}\n$/,
      );
      await page?.click("#bye");
      await log(page, "closed with code 1000");
    }));

  test("connect: says that there is no relay", async () => {
    // Nothing listens on port 9 of this machine.
    const text = await Bun.file(files.get("connect.html") ?? "").text();
    const file = folder.save("alone.html", text.replace(/ws:[^"]*/, "ws://127.0.0.1:9/"));
    await using opened = await browser.open(`file://${file}`);
    await log(opened.page, "cannot connect: is the relay running?");
    await log(opened.page, "closed with code 1006");
  });

  test("log in (K2, K3)", () => step("login.html", 1, (page) => log(page, "logged in as Alex")));

  test("send to a user: both windows have the name (K7, K8, S1)", () =>
    step("user.html", 2, async (first, second) => {
      for (const page of [first, second]) await settled(page);
      await first?.click("button");
      for (const page of [first, second]) await log(page, "Alex (session ");
    }));

  test("send to a session: the other alone (K9)", () =>
    step("session.html", 2, async (first, second) => {
      await log(first, "I am session ");
      await log(second, "I am session ");
      await first?.fill("input", (await second?.inputValue("input")) ?? "");
      await first?.click("button");
      await log(second, "hi");
      expect(await first?.textContent("#log")).toMatch(/^I am session \d+\n$/);
    }));

  test("send to a broadcast: the sender hears it too (K4, K5, K6)", () =>
    step("broadcast.html", 2, async (first, second) => {
      for (const page of [first, second]) await settled(page);
      await second?.click("button");
      for (const page of [first, second]) await log(page, "in room: hi all");
    }));

  test("send to a hub: the others hear it, and who leaves (C6 to C9, C12)", () =>
    step("hub.html", 2, async (first, second) => {
      await log(first, "joined: OK");
      await log(second, "joined: OK");
      await second?.click("button");
      await log(first, "hello");
      expect(await second?.textContent("#log")).toBe("joined: OK\n");
      await second?.close();
      await log(first, " left");
    }));

  test("ask for the latency (K10, K11)", () =>
    step("ping.html", 1, async (page) => {
      await log(page, "round trip ");
      await page?.click("#again");
      await page?.waitForFunction(() => /round trip \d+ms\nround trip \d+ms\n/.test(document.body.textContent ?? ""));
    }));

  test("the same with the client library (R10 to R14, R20)", () =>
    step("client.html", 2, async (first, second) => {
      for (const page of [first, second]) await log(page, "ready");
      await Promise.any([log(first, " joined"), log(second, " joined")]);
      await first?.click("#all");
      await log(first, "delivered to 1 in the hub, round trip");
      const heard = [/to name: hi\n/, /to broadcast: hi all\n/, /to hub: hi others\n/];
      for (const one of heard) expect(await second?.textContent("#log")).toMatch(one);
      expect(await first?.textContent("#log")).toContain("to session: hi myself\n");
      await second?.close();
      await log(first, " left");
    }));
});

test("what can be run is run in the page, apart from it, and stops", async () => {
  await using opened = await browser.open(relay.http("/quickstart"));
  const { page } = opened;
  for (const { name, windows } of runnable) {
    const part = page.locator(`[data-file="${name}"]`);
    await part.locator("[data-run]").click();
    expect(await part.locator("iframe").count()).toBe(windows);
    const log = part.locator("iframe").first().contentFrame().locator("#log");
    // Some have nothing to say before a button is pressed.
    if (["user.html", "broadcast.html"].includes(name))
      await part.locator("iframe").first().contentFrame().locator("button").click();
    await log.filter({ hasText: /\S/ }).waitFor();
    await part.locator("[data-run]").click();
    expect(await part.locator("iframe").count()).toBe(0);
  }
  expect(opened.errors).toEqual([]);
  expect(opened.requests.filter((url) => !url.startsWith(relay.http()))).toEqual([]);
});

test("every page of examples/quickstart is a step, and nothing but its address differs when the relay serves it", async () => {
  const root = `${import.meta.dir}/../../examples/quickstart`;
  for (const { path, document = "" } of examplePages) {
    const saved = await Bun.file(`${root}/${path.split("/").at(-1)}`).text();
    expect(document).toBe(servedFromRelay(saved));
    expect(document).not.toContain("localhost");
  }
});
