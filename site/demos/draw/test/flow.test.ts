import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";
import { hubOf } from "../../shared/room/code.ts";
import { Easel } from "./kit/easel.ts";
import { joinAt } from "./kit/studio.ts";

const DESK = { viewport: { width: 1_280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const MANY = 1_040;

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const codeOf = (easel: Easel) => new URL(easel.page.url()).searchParams.get("join") ?? "";

test("three draw, a fourth joins late and sees the same; the host leaves, one freezes, one drops; then all guess a word", async () => {
  const ann = await browser.open(relay.http("/demos/draw"), DESK);
  await ann.page.getByRole("button", { name: "Create a room" }).click();
  const annEasel = new Easel(ann.page, "Ann");
  await annEasel.ready();
  const link = relay.http(`/demos/draw?join=${codeOf(annEasel)}`);
  await using bobPage = await browser.open(link, DESK);
  await using cidPage = await browser.open(link, PHONE);
  const [bob, cid] = [new Easel(bobPage.page, "Bob"), new Easel(cidPage.page, "Cid")];
  await Promise.all([bob.ready(), cid.ready()]);

  await drawTogether(annEasel, bob, cid);

  // Late: the drawing, undo of one's own, and the host leaves in the middle.
  await using danPage = await browser.open(link, DESK);
  const dan = new Easel(danPage.page, "Dan");
  await dan.ready();
  await dan.shows(4);
  await seeTheSame([bob, dan, annEasel], 4);
  await bob.page.keyboard.press("Control+z");
  await Promise.all([annEasel, bob, cid, dan].map((one) => one.shows(3)));
  await ann[Symbol.asyncDispose]();
  await bob.page.keyboard.press("Control+Shift+z");
  await Promise.all([bob, cid, dan].map((one) => one.shows(4)));

  await survive(bob, cid, dan);
  await guessOneWord(bob, cid, dan);
  for (const { errors } of [ann, bobPage, cidPage, danPage]) expect(errors).toEqual([]);
}, 240_000);

async function drawTogether(ann: Easel, bob: Easel, cid: Easel): Promise<void> {
  await ann.stroke([
    [300, 200],
    [420, 160],
    [500, 300],
  ]);
  await bob.shows(1);
  // A stroke is visible at others while it is drawn.
  await bob.control("red").click();
  await bob.stroke(
    [
      [600, 200],
      [700, 300],
      [650, 360],
    ],
    { release: false },
  );
  await until("the unfinished stroke at Ann", async () => (await ann.moving()) > 300);
  await ann.shows(1);
  await bob.page.mouse.up();
  await ann.shows(2);
  await bob.control("Sticky note (N)").click();
  await bob.stage.click({ position: { x: 900, y: 250 } });
  await bob.page.keyboard.type("Buy <b>milk</b>");
  await bob.page.keyboard.press("Escape");
  await bob.control("Pen (P)").click();
  await cid.fingerStroke([
    [80, 300],
    [140, 360],
    [200, 300],
    [260, 380],
  ]);
  await Promise.all([ann, bob, cid].map((one) => one.shows(4)));
}

/** The phone is frozen for 10 s and Dan is dropped for 5 s, while everybody else draws. */
async function survive(bob: Easel, cid: Easel, dan: Easel): Promise<void> {
  const lifecycle = await cid.page.context().newCDPSession(cid.page);
  await lifecycle.send("Page.setWebLifecycleState", { state: "frozen" });
  const frozen = performance.now();
  await dan.control("Frames and network").click();
  await dan.page.getByRole("button", { name: /Drop/ }).click();
  await dan.page.getByText("reconnecting").first().waitFor();
  await dan.stroke([
    [300, 500],
    [420, 560],
    [520, 500],
  ]);
  await dan.shows(5);
  await bob.stroke([
    [300, 400],
    [420, 460],
    [520, 400],
  ]);
  await measureFrames(bob, dan);
  await until("10 s", () => performance.now() - frozen > 10_000);
  await lifecycle.send("Page.setWebLifecycleState", { state: "active" });
  await Promise.all([bob, cid, dan].map((one) => one.shows(6 + MANY)));
  await dan.control("Frames and network").click();
  await seeTheSame([bob, dan], 6 + MANY);
}

/** Every pixel is the same on all pages, as soon as what was drawn last has reached each of them. */
const seeTheSame = (easels: readonly Easel[], objects: number): Promise<void> =>
  until("the same pixels", async () => {
    const pictures = await Promise.all(easels.map((easel) => easel.pixels(objects)));
    return new Set(pictures).size === 1;
  });

/** More than 1,000 strokes of a peer that then misbehaves; its frames are named, and nobody's drawing changes. */
async function measureFrames(bob: Easel, dan: Easel): Promise<void> {
  const url = `ws://127.0.0.1:${relay.port}`;
  const painter = await joinAt(url, "Painter", codeOf(bob));
  await until("a seat", () => painter.isReady);
  for (let row = 0; row < MANY / 40; row++) painter.draw(40, row % 2 === 0 ? 0 : 40, row * 14);
  await until("the painter's strokes", async () => (await bob.objects()) >= MANY);
  for (let step = 0; step < 6; step++) {
    await bob.page.mouse.wheel(40, 20);
    await bob.stroke([
      [200, 300],
      [500, 420],
    ]);
    await bob.page.keyboard.press("Control+z");
  }
  console.log(`p95 of the work per frame with ${MANY} strokes: ${await bob.stage.getAttribute("data-work")} ms`);
  // Until Dan is back, he does not know the painter.
  await dan.page.locator(".game-bar .latency").waitFor();
  const { author } = painter.session.board;
  const hub = painter.room.connection.client.hub(hubOf(codeOf(bob)));
  await hub.send({
    k: "draw",
    d: { batch: { author: author.replace(/^./, "z"), from: 1, before: "0".repeat(32), operations: [] } },
  });
  await hub.send({ k: "live", d: { points: "A".repeat(100_000) } });
  // Among all frames they would be out of sight soon.
  await dan.page.getByText(/Rejected \(\d+\)/).click();
  await dan.page.getByText("draws in another").or(dan.page.getByText("batch.operations")).first().waitFor();
  await painter.leave();
}

async function guessOneWord(bob: Easel, cid: Easel, dan: Easel): Promise<void> {
  // A player who has just selected something draws in the game all the same.
  await bob.page.keyboard.press("v");
  await bob.page.getByRole("button", { name: "Guess the word" }).click();
  await bob.page.getByRole("button", { name: /Start with 3/ }).click();
  const words = bob.page.locator(".draw-words .button");
  const word = (await words.first().textContent()) ?? "";
  await words.first().click();
  await bob.stroke([
    [200, 100],
    [400, 300],
    [300, 350],
  ]);
  const guess = async ({ page }: Easel, text: string) => {
    await page.getByLabel("Your guess").fill(text);
    await page.getByRole("button", { name: "Guess", exact: true }).click();
  };
  await cid.shows(1);
  await guess(cid, "surely not this");
  await dan.page.getByText("surely not this").waitFor();
  await guess(cid, word);
  await cid.page.getByText("You have guessed it").waitFor();
  expect(await dan.page.locator(".draw-lines").textContent()).not.toContain(word);
  await guess(dan, word);
  for (const { page } of [bob, cid, dan]) await page.locator(".draw-guess-word").getByText("The word was").waitFor();
  const scores = await Promise.all([bob, cid, dan].map(({ page }) => page.locator(".draw-scores b").allTextContents()));
  expect(scores[0]?.map(Number).every((points) => points > 0)).toBe(true);
  expect(scores[1]).toEqual(scores[0] ?? []);
  expect(await accessibilityFindings(cid.page)).toEqual([]);
  expect(await overflowing(cid.page)).toEqual([]);
  await bob.control("Menu").click();
  await bob.page.getByText("End the game").click();
  await dan.shows(6 + MANY);
  // A reload does not empty the paper.
  await dan.page.reload();
  await dan.ready();
  await dan.shows(6 + MANY);
}
