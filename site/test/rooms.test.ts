import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { Mailbox } from "../../packages/server/test/kit/mailbox.ts";
import { until } from "../../packages/server/test/kit/wait.ts";
import { createBrowser } from "./kit/browser.ts";
import { createTestFolder, waitForText } from "./kit/files.ts";
import { startRelay, type TestRelay } from "./kit/relay.ts";

const root = join(import.meta.dir, "../..");
const guide = await Bun.file(join(root, "docs/rooms.md")).text();
const source = (name: string) => Bun.file(join(root, "examples/rooms", name)).text();
const PATIENCE = 30_000;

const browser = createBrowser();
const folder = createTestFolder();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

/** The example as a reader of the relay's site saves it. */
const saved = async (name: string) =>
  `file://${folder.save(name, (await source(name)).replaceAll("localhost:4010", `127.0.0.1:${relay.port}`))}`;

test.each(["counter.html", "cursors.html", "game.ts"])("the guide shows %s as it is", async (name) => {
  expect(guide).toContain(`\n${await source(name)}\`\`\``);
});

test("the game has 60 lines at most", async () => {
  expect((await source("game.ts")).trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

test("R104, R105: the counter counts every click of two windows, and is there for a third", async () => {
  const url = await saved("counter.html");
  await using first = await browser.open(url);
  await using second = await browser.open(url);
  const pages = [first.page, second.page];
  for (const page of pages) await waitForText(page, "#who", "2 here");
  for (let click = 0; click < 5; click++) await Promise.all(pages.map((page) => page.click("#add")));
  for (const page of pages) await waitForText(page, "#count", "10");
  await Promise.all(pages.map((page) => page.click("#double")));
  for (const page of pages) await waitForText(page, "#count", "40");
  await using third = await browser.open(url);
  await waitForText(third.page, "#count", "40");
  expect([...first.errors, ...second.errors, ...third.errors]).toEqual([]);
});

test("R106: the cursor board shows the pointers of all, and removes that of a window that was closed", async () => {
  const url = await saved("cursors.html");
  await using first = await browser.open(url);
  const { page } = first;
  {
    await using second = await browser.open(url);
    let x = 100;
    // Until the page has joined, a position is dropped, so the pointer keeps moving.
    await until("both pointers", async () => {
      x = 100 + ((x + 7) % 100);
      await second.page.mouse.move(x, x);
      await page.mouse.move(300, x);
      return (await page.locator(".cursor").count()) === 2;
    });
    expect(second.errors).toEqual([]);
    await second.page.close();
  }
  await until("one pointer", async () => (await page.locator(".cursor").count()) === 1);
  expect(first.errors).toEqual([]);
});

/** A player: a process that prints what happens in the game. */
function startPlayer(name: string) {
  const command = [process.execPath, join(root, "examples/rooms/game.ts"), `ws://127.0.0.1:${relay.port}/game`, name];
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit", cwd: root });
  const lines = new Mailbox<string>();
  const reading = (async () => {
    let rest = "";
    for await (const chunk of child.stdout) {
      const parts = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) lines.put(line);
    }
    lines.end("the program ended");
  })();
  return {
    child,
    /** The next line with that text. */
    async line(text: string): Promise<string> {
      for (;;) {
        const line = await lines.next(`a line with ${text}`, PATIENCE);
        if (line.includes(text)) return line;
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reading;
    },
  };
}

const numberIn = (line: string): number => Number(/tick (\d+)/.exec(line)?.[1]);

test("R111 to R114: the game goes on in another process when its host is killed, from the last tick", async () => {
  await using ann = startPlayer("Ann");
  await ann.line("I am the host");
  await ann.line("tick");
  await using bob = startPlayer("Bob");
  await bob.line("Ann is the host");
  const before = numberIn(await bob.line("tick"));
  ann.child.kill("SIGKILL");
  await bob.line("I am the host");
  const after = numberIn(await bob.line("tick"));
  expect(after).toBeGreaterThan(before);
  await using cid = startPlayer("Cid");
  await cid.line("Bob is the host");
  expect(numberIn(await cid.line("tick"))).toBeGreaterThanOrEqual(after);
}, 60_000);
