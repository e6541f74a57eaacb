import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "@achex/client";
import type { BrowserContextOptions, Page } from "playwright-core";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { compressedBytes, overflowing } from "../../../test/kit/checks.ts";
import { siteComplete, startRelay, type TestRelay } from "../../../test/kit/relay.ts";
import { type Character, newCharacter } from "../rules/hero.ts";
import { lookFrom } from "../rules/look.ts";
import { begunAt, board, gather, order, questUntil, stepOf, touch } from "./kit/pilot.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

/** Enough for a machine that runs everything else at the same time. */
const PATIENCE = 120_000;
/** Steps of the world are as short as at any rate. */
const CALM = { framesPerSecond: 20 };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, ...CALM };
/** Of the scripts, styles and fonts of the page, compressed. */
const BUDGET = 350_000;

const placeOf = async (page: Page): Promise<string> => (await page.getAttribute(".lf-field", "data-place")) ?? "";
const othersOf = async (page: Page): Promise<number> => Number(await page.getAttribute(".lf-field", "data-others"));
/** Somebody who has been in other worlds: the fights of the quest then take seconds. */
const VETERAN: Character = {
  ...newCharacter("Veteran", lookFrom(1)),
  ...{ xp: 900, worn: { hand: "spear", head: "helmet", body: "cloak", side: "shield" } },
};
/** A browser that has kept this character. */
const keeps = (character: Character): BrowserContextOptions => ({
  storageState: {
    cookies: [],
    origins: [
      {
        origin: new URL(relay.http("/")).origin,
        localStorage: [{ name: "lanternfall/character", value: JSON.stringify(character) }],
      },
    ],
  },
});

/** Goes next to another player, and asks for a trade. */
async function askToTrade(page: Page, other: Page): Promise<void> {
  await until(
    "they are next to each other",
    async () => {
      if (/Trade/.test(await page.innerText(".lf-act"))) return true;
      const [[, x = "0", y = "0"], [, toX = "0", toY = "0"]] = [
        (await placeOf(page)).split(" "),
        (await placeOf(other)).split(" "),
      ];
      const [dx, dy] = [Number(toX) - Number(x), Number(toY) - Number(y)];
      await page.keyboard.press(
        Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? "ArrowRight" : "ArrowLeft") : dy > 0 ? "ArrowDown" : "ArrowUp",
      );
      return false;
    },
    PATIENCE,
  );
  await page.click(".lf-act");
}

/** One gives a coin for a bread, and sees it in the bag. */
async function trade(giver: Page, phone: Page): Promise<void> {
  await askToTrade(giver, phone);
  await phone.tap(".lf-asks .lf-main");
  await giver.click("[aria-label^='Offer one Coin']");
  await phone.tap("[aria-label^='Offer one Bread']");
  await giver.waitForSelector(".lf-offer >> nth=1 >> [aria-label^=Bread]");
  await phone.waitForSelector(".lf-offer >> nth=1 >> [aria-label^=Coin]");
  await giver.click(".lf-trade .lf-main");
  await phone.tap(".lf-trade .lf-main");
  await phone.waitForSelector("text=Traded.");
  await giver.keyboard.press("KeyI");
  await giver.waitForSelector("[aria-label='Bread, 3']");
  await giver.keyboard.press("Escape");
}

/** At the same time, one player's network fails for 5 s, and another one's page is suspended for 10 s; the third plays on. */
async function outages(player: Page, phone: Page, sleeper: Page): Promise<void> {
  const devtools = await sleeper.context().newCDPSession(sleeper);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  const frozenAt = performance.now();
  await phone.tap("[aria-label='Frames and network']");
  await phone.tap("text=Drop the connection for 5 s");
  await phone.tap("text=Close");
  await questUntil(3, [player], PATIENCE);
  await until("the page has been frozen for 10 s", () => performance.now() - frozenAt > 10_000);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await until("Bob is back", async () => (await phone.locator(".notices").count()) === 0, PATIENCE);
}

/** A client without a page that sends what no page sends; the host's page says so. */
async function misbehave(host: Page, port: number, code: string): Promise<() => void> {
  const raw = connect(`ws://127.0.0.1:${port}/`, { instance: "rpg", name: "mallory" });
  const room = raw.hub(`room-${code}`);
  await room.join({ presence: true, state: true, host: false });
  const zone = raw.hub(`zone-${code}-village.0.1`);
  await zone.join({});
  const hit = { type: "hit", target: "village/0", by: "mallory", damage: 30, health: 0 };
  for (const d of [{ events: [hit] }, { monsters: [[0, 27, 20, 999, 1]] }, "garbage", null])
    await zone.send({ k: "news", d });
  await zone.send({ k: "step", d: { m: "cave", x: 46, y: 7, d: 0, t: 0 } });
  await room.send({ k: "act", d: { do: "accept", revision: 2 } });
  await room.send({ k: "grown", d: { xp: 1_080 } });
  await room.send({ k: "$checkpoint", d: { "game/trades": [] } });
  await host.click("[aria-label='Frames and network']");
  await host.click(".frame-panel >> text=/Rejected \\(\\d+\\)/");
  const reasons = host.locator(".frames");
  for (const reason of ["only players with a place act", "only the host decides"])
    await reasons.getByText(`rejected: ${reason}`).first().waitFor({ timeout: PATIENCE });
  await host.click(".frame-panel >> text=Close");
  return () => raw.close();
}

/** All come to the Old Boar and strike it: its defeat counts for each of them. */
async function huntTogether(first: Page, others: readonly Page[]): Promise<void> {
  const all = [first, ...others];
  await gather(4, all, PATIENCE);
  await touch(first, PATIENCE);
  await order(others, "quest");
  await Promise.all(
    all.map((page) => until("the boar counts for all", async () => (await stepOf(page)) >= 5, PATIENCE)),
  );
  await order(all, "rest");
  const times = (await Promise.all(all.map((page) => begunAt(page, 5)))).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  // Two of them at least had the same boar: the next one rises after 30 s. On a busy machine the third may be too late for it.
  expect(Math.min(...gaps)).toBeLessThan(15_000);
}

/** Those who are left defeat the King together and light the beacon. */
async function finish(pages: readonly Page[]): Promise<void> {
  await gather(5, pages, PATIENCE);
  for (const page of pages) expect(await placeOf(page)).toStartWith("cave ");
  await order(pages, "quest");
  for (const page of pages) await page.waitForSelector(".lf-ending", { timeout: PATIENCE });
  expect(await Promise.all(pages.map(stepOf))).toEqual(pages.map(() => 6));
}

test("three meet, trade, hunt together and finish the quest: a drop of 5 s, a freeze of 10 s, a hostile member, the host leaves, one plays on a phone", async () => {
  const desktop = { viewport: { width: 1024, height: 640 }, ...CALM, ...keeps(VETERAN) };
  await using ann = await browser.open(relay.http("/demos/rpg?pace=8"), desktop);
  await ann.page.click("text=Create a room");
  await ann.page.waitForSelector(".lf-quest", { timeout: PATIENCE });
  const code = new URL(ann.page.url()).searchParams.get("join") ?? "";
  const link = relay.http(`/demos/rpg?join=${code}`);
  await using bob = await browser.open(link, { ...PHONE, ...keeps(VETERAN) });
  await bob.page.waitForSelector(".lf-quest", { timeout: PATIENCE });
  await until(
    "they see each other",
    async () => (await othersOf(ann.page)) + (await othersOf(bob.page)) === 2,
    PATIENCE,
  );
  await trade(ann.page, bob.page);
  await using eve = await browser.open(link, { viewport: { width: 800, height: 560 }, ...CALM, ...keeps(VETERAN) });
  const all = [ann.page, bob.page, eve.page];
  await Promise.all(all.map((page) => page.waitForSelector(".lf-quest", { timeout: PATIENCE })));
  await until(
    "all see each other",
    async () => (await Promise.all(all.map(othersOf))).every((count) => count === 2),
    PATIENCE,
  );
  expect(await overflowing(bob.page)).toEqual([]);
  const stop = await misbehave(ann.page, relay.port, code);

  for (const page of all) await board(page);
  await questUntil(2, all, PATIENCE);
  await outages(ann.page, bob.page, eve.page);
  await questUntil(4, all, PATIENCE);
  await huntTogether(ann.page, [bob.page, eve.page]);
  expect(ann.errors).toEqual([]);
  const frame = Number(await ann.page.getAttribute(".lf-field", "data-frame"));
  expect(frame).toBeGreaterThan(0);
  // A frame has 16 ms. The machine of a test may be busy, so this only finds what is grossly wrong.
  expect(frame).toBeLessThan(32);

  await ann.page.close();
  await finish([bob.page, eve.page]);
  stop();
  expect(await overflowing(bob.page)).toEqual([]);
  expect([...bob.errors, ...eve.errors]).toEqual([]);
}, 600_000);

test("Play now puts a stranger into the world within 5 s, and the page keeps its budget", async () => {
  await using page = await browser.open(relay.http("/demos/rpg"), { colorScheme: "dark" });
  const start = performance.now();
  await page.page.click("text=Play now");
  await page.page.waitForSelector(".lf-quest");
  expect(performance.now() - start).toBeLessThan(5_000);
  const files = page.requests.filter((url) => /\.(js|css|woff2)$/.test(new URL(url).pathname));
  await siteComplete;
  const sizes = await Promise.all(files.map(compressedBytes));
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(BUDGET);
  expect(page.errors).toEqual([]);
}, 60_000);
