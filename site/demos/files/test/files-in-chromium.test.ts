import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { achex } from "../../../../packages/cli/test/kit/achex.ts";
import { temporaryFolder } from "../../../../packages/cli/test/kit/serve.ts";
import { pattern } from "../../../../packages/files/test/kit/party.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { overflowing } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";

/** So slow that the film takes 25 s: however busy the machine is, it is still on its way when the receiver's page reloads. */
const SLOW = { "max-bytes-per-second": 1024 ** 2 };
const FAST = { "max-bytes-per-second": 8 * 1024 ** 2 };

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay(SLOW);
});
afterAll(() => relay[Symbol.asyncDispose]());

const PATIENCE = 30_000;
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const DIRECT = "text=Connect directly if possible";

/** Attempts to connect while the relay restarts fail, which the console reports; and the service worker is built last. */
const faults = (errors: readonly string[]): string[] =>
  errors.filter((error) => !/503|ERR_CONNECTION|WebSocket/.test(error));

const grouped = (bytes: Uint8Array): string =>
  createHash("sha256")
    .update(bytes)
    .digest("hex")
    .replace(/.{8}(?=.)/g, "$& ");

/** The megabytes of the newest transfer, as the page shows them. */
async function megabytes(page: Page): Promise<number> {
  const figures = await page.locator(".transfer .transfer-head .figures").last().innerText({ timeout: PATIENCE });
  return Number.parseFloat(figures) * (figures.includes(" MB of") ? 1 : 0);
}
const reach = (what: string, page: Page, count: number) =>
  until(what, async () => (await megabytes(page)) >= count, PATIENCE);
const isDone = (page: Page) => page.locator(".transfer[data-state=done]").last().waitFor({ timeout: PATIENCE });

/** SHA-256 of what the browser has on its disk. */
const storedHash = (page: Page, size: number): Promise<string> =>
  page.evaluate(async (wanted) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("received");
    for await (const list of folder.values()) {
      if (!(list instanceof FileSystemDirectoryHandle)) continue;
      const file = await (await list.getFileHandle("0")).getFile();
      if (file.size !== wanted) continue;
      const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      return new Uint8Array(hash).toHex();
    }
    return "not there";
  }, size);

/** Eve has only the code, so both compare emoji; she declines. Returns what her console reports. */
async function compareEmoji(page: Page, link: string, file: string): Promise<readonly string[]> {
  await using eve = await browser.open(relay.http("/demos/files"));
  await eve.page.getByLabel("Name of this device").fill("Eve");
  await eve.page.fill(".join-form input", new URL(link).searchParams.get("join") ?? "");
  await eve.page.click("button:text-is('Join')");
  // A text would ignore case, and also find Bob's row if his device is called Clever Badger.
  const row = page.locator(".peer", { hasText: /Eve/ });
  await row.locator(".files-input").setInputFiles(file);
  const compared = await row.locator(".emoji-check").textContent();
  await row.getByText("They are the same: send").click();
  expect(await eve.page.locator(".game-dialog .emoji-check").textContent()).toBe(compared);
  await eve.page.click("button:text-is('Decline')");
  await page.locator(".transfer[data-state=declined]").waitFor();
  return faults(eve.errors);
}

async function sendFromTerminal(page: Page, file: string, hash: string): Promise<void> {
  await page.goto(relay.http("/demos/files"));
  const sent = achex(["files", "send", file, "--to", await page.inputValue(".invitation input")]);
  await page.click("button:text-is('Accept')", { timeout: PATIENCE });
  expect(await sent).toMatchObject({ code: 0, out: `${hash}  song.wav\n` });
  await page.locator(".received").waitFor();
}

test("through the relay, with two restarts of the relay and a reload of the receiver; direct, with a fallback on the way; by emoji; from a terminal", async () => {
  using folder = temporaryFolder();
  const [film, song] = [pattern(24_000_000), pattern(40_000_000, 5)];
  const [filmPath, songPath] = [join(folder.path, "film.mkv"), join(folder.path, "song.wav")];
  writeFileSync(filmPath, film);
  writeFileSync(songPath, song);
  await using ann = await browser.open(relay.http("/demos/files"), { viewport: { width: 1000, height: 900 } });
  const link = await ann.page.inputValue(".invitation input");
  await ann.page.click(DIRECT);
  await using bob = await browser.open(link, PHONE);
  const input = ann.page.locator(".files-input");
  await input.waitFor({ state: "attached" });
  expect(await overflowing(bob.page)).toEqual([]);

  await input.setInputFiles(filmPath);
  await bob.page.click("button:text-is('Accept')");
  await reach("the first part", ann.page, 1);
  await relay.restart();
  await reach("the second part", ann.page, 2);
  await bob.page.reload();
  await reach("the third part", bob.page, 2.5);
  await relay.restart(FAST);
  await Promise.all([isDone(ann.page), isDone(bob.page)]);
  expect(await ann.page.innerText(".transfer .digest")).toBe(grouped(film));
  expect(await storedHash(bob.page, film.length)).toBe(grouped(film).replaceAll(" ", ""));
  expect(await overflowing(bob.page)).toEqual([]);

  await ann.page.click(DIRECT);
  await input.setInputFiles(songPath);
  await bob.page.click("button:text-is('Accept')");
  const sending = ann.page.locator(".transfer").last();
  await ann.page.locator(".transfer[data-via=direct]").waitFor({ timeout: PATIENCE });
  // Paused, so that it cannot be complete before the connection is closed.
  await bob.page.locator(".transfer").last().getByText("Pause").click();
  await bob.page.click(DIRECT);
  await bob.page.locator(".transfer").last().getByText("Resume").click();
  await until("the relay carries it", async () => (await sending.getAttribute("data-via")) === "relay", PATIENCE);
  await Promise.all([
    isDone(ann.page),
    until("Bob has it", async () => (await bob.page.locator(".received").count()) === 2),
  ]);
  expect(await storedHash(bob.page, song.length)).toBe(grouped(song).replaceAll(" ", ""));

  const faultsOfEve = await compareEmoji(ann.page, link, songPath);
  await sendFromTerminal(ann.page, songPath, grouped(song).replaceAll(" ", ""));
  expect([...faults([...ann.errors, ...bob.errors]), ...faultsOfEve]).toEqual([]);
}, 180_000);
