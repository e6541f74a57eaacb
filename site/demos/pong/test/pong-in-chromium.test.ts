import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { compressedBytes, overflowing } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";
import { Intruder } from "./kit/intruder.ts";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const PATIENCE = 30_000;
/** For up to five points: the length of a rally is a matter of luck. */
const LAST_POINTS = 120_000;
/** The service worker is built after all pages. Until then its script is a 503, which the console reports. */
const faults = (errors: readonly string[]): string[] => errors.filter((error) => !error.includes("503"));
/** Steps of the game are as short as at any rate. */
const CALM = { framesPerSecond: 20 };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** Of the scripts and styles of the page, compressed. */
const BUDGET = 350_000;

/** Presses keys and moves the mouse as somebody does who does not look at the ball. */
async function fidget(page: Page, turn: number): Promise<void> {
  const box = await page.locator(".pong-court").boundingBox();
  if (!box) return;
  await page.mouse.move(box.x + 300, box.y + box.height * (0.5 + 0.4 * Math.sin(turn)));
  await page.keyboard.press("Space");
}

const spoken = (page: Page) => page.locator("[role=status].visually-hidden").allInnerTexts();
const points = async (page: Page): Promise<number> => {
  const said = (await spoken(page)).join(" ");
  return [...said.matchAll(/ (\d+)[,.]/g)].reduce((sum, [, count]) => sum + Number(count), 0);
};

async function playUntil(
  what: string,
  pages: readonly Page[],
  isDone: () => Promise<boolean>,
  patience = PATIENCE,
): Promise<void> {
  let turn = 0;
  await until(
    what,
    async () => {
      turn += 0.7;
      for (const page of pages) {
        if (page.viewportSize()?.width === PHONE.viewport.width)
          await page.touchscreen.tap(90 + 60 * Math.sin(turn), 640);
        else await fidget(page, turn);
      }
      return isDone();
    },
    patience,
  );
}

test("a match to 3: lobby, drop of 5 s, freeze of 10 s, a hostile member, the host leaves, a phone plays to the end", async () => {
  await using ann = await browser.open(relay.http("/demos/pong"), { viewport: { width: 1280, height: 800 }, ...CALM });
  await ann.page.click("text=Create a room");
  await ann.page.click(".pong-options label:text-is('3')");
  const code = new URL(ann.page.url()).searchParams.get("join") ?? "";
  const link = relay.http(`/demos/pong?join=${code}`);
  await using bob = await browser.open(link, { ...PHONE, ...CALM });
  await using eve = await browser.open(`${link}&watch`, { viewport: { width: 800, height: 600 }, ...CALM });
  await bob.page.waitForSelector("text=I am ready");
  expect(await overflowing(bob.page)).toEqual([]);
  await bob.page.tap("text=I am ready");
  await ann.page.click("text=I am ready");
  await Promise.all([ann, bob, eve].map(({ page }) => page.waitForSelector(".pong-court", { timeout: PATIENCE })));

  await using intruder = await Intruder.join(relay.port, code);
  await playUntil("a point", [ann.page, bob.page], async () => (await points(eve.page)) > 0);
  intruder.misbehave();

  // Both at the same time: Bob's network fails, and Ann's page is suspended.
  const devtools = await ann.page.context().newCDPSession(ann.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  const frozenAt = performance.now();
  await bob.page.click("[aria-label='Frames and network']");
  // Fingers move the paddle, and that is sent.
  await bob.page.waitForSelector('.frames .out:has-text("paddle")');
  await bob.page.click("text=Drop the connection for 5 s");
  // As in a real outage, the relay and the others do not notice at once.
  await bob.page.waitForSelector("text=Connection lost", { timeout: PATIENCE });
  await until("Bob is back", async () => (await bob.page.locator(".notices").count()) === 0, PATIENCE);
  await bob.page.click("text=Close");
  await until("10 s have passed", async () => performance.now() - frozenAt > 10_000, PATIENCE);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  const before = await points(eve.page);
  await playUntil("the next point", [ann.page, bob.page], async () => (await points(eve.page)) > before);
  expect(await spoken(bob.page)).toEqual(await spoken(eve.page));
  const frame = Number(await ann.page.getAttribute(".pong-court", "data-frame"));
  expect(faults(ann.errors)).toEqual([]);
  // A frame has 16 ms. The machine of a test may be busy, so this only finds what is grossly wrong.
  expect(frame).toBeGreaterThan(0);
  expect(frame).toBeLessThan(16);

  await ann.page.close();
  const isOver = async () => (await bob.page.locator(".round-over").count()) > 0;
  await playUntil("the end", [bob.page], isOver, LAST_POINTS);
  await eve.page.waitForSelector(".pong-result");
  expect(await eve.page.innerText(".pong-result")).toBe(await bob.page.innerText(".pong-result"));
  expect(await bob.page.innerText(".pong-result")).toMatch(/wins 3 : [012]/);
  await eve.page.click("[aria-label='Frames and network']");
  await eve.page.waitForSelector("text=/Rejected \\([1-9]/");
  expect(faults([...bob.errors, ...eve.errors])).toEqual([]);
}, 240_000);

test("Play now puts a stranger on a court within 5 s, and the page keeps its budget", async () => {
  await using page = await browser.open(relay.http("/demos/pong"), { colorScheme: "dark" });
  const start = performance.now();
  await page.page.click("text=Play now");
  await page.page.waitForSelector(".pong-court");
  expect(performance.now() - start).toBeLessThan(5_000);
  const files = page.requests.filter((url) => /\.(js|css|woff2)$/.test(new URL(url).pathname));
  const sizes = await Promise.all(files.map(compressedBytes));
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(BUDGET);
  expect(faults(page.errors)).toEqual([]);
}, 60_000);
