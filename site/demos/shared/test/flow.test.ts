import { afterAll, expect, test } from "bun:test";
import { connect } from "@achex/client";
import type { Page } from "playwright-core";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser, type TestPage } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing, unreachable } from "../../../test/kit/checks.ts";
import { startRelay } from "../../../test/kit/relay.ts";

const BOB = "<b>Bob</b>";
const GOAL = 20;

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const DESK = { viewport: { width: 1440, height: 900 } } as const;

const waitForText = (page: Page, text: string) => page.getByText(text).first().waitFor({ timeout: 20_000 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click({ timeout: 20_000 });

const tapsOf = (page: Page, name: string): Promise<number> =>
  page
    .getByRole("progressbar", { name })
    .evaluate((bar) => (bar instanceof HTMLProgressElement ? bar.value : -1), undefined, { timeout: 20_000 });
const waitForTaps = (page: Page, name: string, taps: number) =>
  until(`${taps} taps of ${name}`, async () => (await tapsOf(page, name)) === taps);

/** What somebody sends who does not use the page. */
async function sendGarbage(code: string): Promise<void> {
  const mallory = connect(relay.http(), { instance: "tap", name: "mallory" });
  const hub = mallory.hub(`room-${code}`);
  await hub.join({ state: true, host: false, attributes: { name: "<script>alert(1)</script>", ready: 1 } });
  await hub.send({ k: "tap", d: {} });
  await hub.send({ k: "nonsense", d: [] });
  await hub.send({ k: "$checkpoint", d: { phase: { name: "over", round: 9, at: 0 } } });
  await hub.state.set({ "host/phase": { name: "over", round: 9, at: 0 }, "host/seats": [] });
  mallory.close();
}

/** What a page must be at any time. */
async function check({ page, errors }: TestPage): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(errors.filter((error) => !error.includes("WebSocket connection"))).toEqual([]);
}

async function comesBack(ann: TestPage, bob: TestPage): Promise<void> {
  // Back in the same seat after a reload, a drop and a restart of the relay.
  await bob.page.reload();
  await bob.page.locator(".tap .button").tap({ timeout: 20_000 });
  await waitForTaps(ann.page, BOB, 2);
  await bob.page.getByRole("button", { name: "Frames and network" }).tap();
  await check(bob);
  await bob.page.getByRole("button", { name: "Drop the connection for 5 s" }).tap();
  await waitForText(ann.page, `${BOB}: reconnecting…`);
  await check(ann);
  await bob.page.locator(".frame-panel").getByRole("button", { name: "Close" }).tap();
  await ann.page.locator(".notices").waitFor({ state: "detached", timeout: 20_000 });
  await bob.page.locator(".tap .button").tap();
  await waitForTaps(ann.page, BOB, 3);
  await relay.restart();
  await bob.page.locator(".notices").waitFor({ state: "detached", timeout: 20_000 });
  await bob.page.locator(".tap .button").tap();
  await waitForTaps(ann.page, BOB, 4);
}

async function hostileMember(code: string, ann: TestPage): Promise<void> {
  await sendGarbage(code);
  await ann.page.getByRole("button", { name: "Frames and network" }).click();
  await waitForText(ann.page, "rejected: only players with a seat can tap");
  await waitForText(ann.page, "rejected: unknown kind of message");
  await check(ann);
  expect(await tapsOf(ann.page, BOB)).toBe(4);
}

async function hostLeaves(ann: TestPage, bob: TestPage): Promise<void> {
  // The host leaves in the middle; Bob decides from now on, and goes on alone.
  await ann.page.getByRole("button", { name: "Leave the room" }).click();
  await ann.page.getByRole("heading", { name: "Join friends" }).waitFor({ timeout: 20_000 });
  await until("Bob goes on", async () => {
    await bob.page.locator(".tap .button").tap();
    return (await tapsOf(bob.page, BOB)) > 4;
  });
  for (
    let taps = await tapsOf(bob.page, BOB);
    taps < GOAL && !(await bob.page.locator(".round-over").isVisible());
    taps++
  )
    await bob.page.locator(".tap .button").tap();
  await bob.page.locator(".round-over").waitFor({ timeout: 20_000 });
  await check(bob);
}

test("a room from its creation to a rematch: phone by QR link, reload, drop, a host that leaves, a restart, a hostile member", async () => {
  await using ann = await browser.open(relay.http("/demos/tap"), { ...DESK, reducedMotion: "reduce" });
  await check(ann);
  expect(await unreachable(ann.page)).toEqual([]);
  await ann.page.getByLabel("Your name").fill("Ann");
  await press(ann.page, "Create a room");
  const code = (await ann.page.locator(".room-code strong").innerText({ timeout: 20_000 })).trim();
  expect(code).toMatch(/^[2-9B-Z]{5}$/);
  await waitForText(ann.page, "Nobody else is here yet.");
  await check(ann);

  // The QR code says what the link says, so the phone opens the link.
  const link = await ann.page.getByLabel("Link", { exact: true }).inputValue();
  expect(link).toBe(relay.http(`/demos/tap?join=${code}`));
  await using bob = await browser.open(link, { ...PHONE, reducedMotion: "reduce", colorScheme: "dark" });
  await bob.page.locator(".lobby").waitFor({ timeout: 20_000 });
  await check(bob);
  await bob.page.getByLabel("Your name").fill(BOB);
  await bob.page.getByLabel("Your name").blur();
  await waitForText(ann.page, BOB);

  await press(ann.page, "I am ready");
  await waitForText(ann.page, `Waiting for ${BOB}.`);
  await bob.page.getByRole("button", { name: "I am ready" }).tap();
  await bob.page.locator(".tap").waitFor({ timeout: 20_000 });
  await check(bob);
  await bob.page.locator(".tap .button").tap();
  await waitForTaps(ann.page, BOB, 1);

  await comesBack(ann, bob);
  await hostileMember(code, ann);
  await hostLeaves(ann, bob);

  // The other one returns by the link, and both play again in the same room.
  await ann.page.goto(link);
  await ann.page.getByRole("button", { name: "Rematch" }).click({ timeout: 20_000 });
  await bob.page.getByRole("button", { name: "Rematch" }).tap();
  await until(
    "the next round",
    async () =>
      (await ann.page.locator(".round-over, .countdown").count()) === 0 && (await tapsOf(ann.page, BOB)) === 0,
  );
}, 150_000);

test("Play now: the first stranger plays against the computer at once, the next one gets into the same room", async () => {
  await using ann = await browser.open(relay.http("/demos/tap"), DESK);
  await press(ann.page, "Play now");
  await ann.page.getByRole("progressbar", { name: "Computer" }).waitFor({ timeout: 20_000 });
  await using bob = await browser.open(relay.http("/demos/tap"), PHONE);
  // The list of open rooms names it as well.
  const code = new URL(ann.page.url()).searchParams.get("join") ?? "";
  await bob.page.getByRole("button", { name: `Join ${code}` }).waitFor({ timeout: 20_000 });
  await press(bob.page, "Play now");
  await bob.page.locator(".tap .button:enabled").waitFor({ timeout: 20_000 });
  expect(new URL(bob.page.url()).searchParams.get("join")).toBe(code);
  await until("both", async () => (await bob.page.getByRole("progressbar").count()) === 2);
  expect([...ann.errors, ...bob.errors]).toEqual([]);
}, 60_000);

test("a relay where only accounts may log in: the page says what to do", async () => {
  await using other = startRelay({ auth: "accounts" });
  await using opened = await browser.open(other.http("/demos/tap"), PHONE);
  await waitForText(opened.page, "This relay lets only accounts in.");
  await check(opened);
}, 60_000);
