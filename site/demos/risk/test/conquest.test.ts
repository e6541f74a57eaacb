import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "@achex/client";
import type { Page } from "playwright-core";
import { createBrowser } from "../../../test/kit/browser.ts";
import { overflowing } from "../../../test/kit/checks.ts";
import { startRelay } from "../../../test/kit/relay.ts";
import { hubOf } from "../../shared/room/code.ts";
import type { Ledger } from "../net/ledger.ts";
import { fromFile } from "../net/save-file.ts";
import { joinTable, until } from "./kit/table-party.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

/** Pictures for those who want to look at them. */
const PICTURES = process.env.ACHEX_PICTURES;

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/risk-${name}.png` });
}

const moves = (page: Page) => page.locator(".conquest").getAttribute("data-moves").then(Number);

const moved = (page: Page, beyond: number) =>
  page.waitForFunction(
    (least) => Number(document.querySelector<HTMLElement>(".conquest")?.dataset.moves ?? 0) > least,
    beyond,
  );

const letPlay = (page: Page) => page.getByLabel("Let the computer play for me").check();
/** Moves follow each other without a pause, and are not shown one by one. */
const playFast = (page: Page) => page.getByLabel("Fast").check();

/** The game of a page as a file, played again: throws if any move or roll is not what the rules make of it. */
async function saved(page: Page): Promise<Ledger> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".result").getByRole("button", { name: "Save game" }).click(),
  ]);
  const ledger = fromFile(readFileSync(await download.path(), "utf8"));
  if (typeof ledger === "string") throw new Error(ledger);
  return ledger;
}

const hashes = (ledger: Ledger) => ledger.steps.map(({ hash }) => hash);

/** A client that wants to spoil the game: it knows the wire and keeps no rule. */
async function hostile(code: string) {
  const client = connect(`ws://127.0.0.1:${relay.port}`, { instance: "risk", name: "mallory" });
  const hub = client.hub(hubOf(code));
  await hub.join({
    state: true,
    presence: true,
    host: false,
    attributes: { id: "0123456789abcdef", name: "<b>M</b>" },
  });
  const attack = () => {
    const link = "0".repeat(40);
    const entry = { by: -1, move: { do: "roll", links: [link, link] } };
    const messages: { k: unknown; d: unknown }[] = [
      { k: "move", d: { move: { do: "end" } } },
      { k: "move", d: { move: { do: "attack", from: 0, to: 1, dice: 99, keep: -1 } } },
      { k: "move", d: "garbage" },
      { k: "entries", d: { round: 1, from: 0, list: [entry], hash: "0".repeat(16) } },
      { k: "reveal", d: { roll: 3, link } },
      { k: "sit", d: { seat: 0 } },
      { k: "back", d: {} },
      { k: "__proto__", d: null },
    ];
    for (const message of messages) void hub.send(message, { confirm: false });
    // State that looks like the host's.
    void hub.state.set({ "host/game/head": { round: 9, seq: 1, hash: "0".repeat(16) } }).catch(() => {});
  };
  return { attack, [Symbol.asyncDispose]: async () => client.close() };
}

describe("World Conquest in a browser", () => {
  test("two players, one by touch, to victory, with a drop and a hostile client; then a host who leaves and a frozen page", async () => {
    await using ann = await browser.open(relay.http("/demos/risk"), { viewport: { width: 1440, height: 900 } });
    await ann.page.getByRole("button", { name: "Create a room" }).click();
    await ann.page.locator(".settings").waitFor();
    const code = new URL(ann.page.url()).searchParams.get("join") ?? "";
    await ann.page.getByLabel("Players, filled up with computers").selectOption("2");
    await ann.page.getByLabel("Time for a turn").selectOption("none");
    await using ben = await browser.open(relay.http(`/demos/risk?join=${code}`), {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await ben.page.getByRole("button", { name: "I am ready" }).waitFor();
    const tooWide = await ben.page.locator(".lobby").evaluate((lobby) => lobby.scrollWidth - lobby.clientWidth);
    expect(tooWide).toBe(0);
    await picture(ann.page, "lobby-1440");
    await picture(ben.page, "lobby-390");
    await using mallory = await hostile(code);
    await ann.page.getByRole("button", { name: "I am ready" }).click();
    await ben.page.getByRole("button", { name: "I am ready" }).tap();
    for (const { page } of [ann, ben]) await page.locator(".land.legal, .actions .muted").first().waitFor();
    await firstTurnByTouch(ben.page, ann.page);
    mallory.attack();
    await letPlay(ann.page);
    await letPlay(ben.page);
    await drop(ben.page, ann.page);
    await picture(ann.page, "play-1440");
    await picture(ben.page, "play-390");
    mallory.attack();
    for (const { page } of [ann, ben]) await playFast(page);
    await ann.page
      .locator(".result")
      .waitFor({ timeout: 120_000 })
      .catch(async (error: unknown) => {
        const panels = [ann, ben].map(({ page }) => page.locator(".side-panel").innerText());
        throw new Error(`nobody has won: ${(await Promise.all(panels)).join(" — ")}`, { cause: error });
      });
    await ben.page.locator(".result").waitFor({ timeout: 60_000 });
    await picture(ann.page, "end-1440");
    await picture(ben.page, "end-390");
    const [one, other] = [await saved(ann.page), await saved(ben.page)];
    expect(hashes(one)).toEqual(hashes(other));
    const rolls = one.steps.flatMap(({ entry }) => (entry.move.do === "roll" ? [entry.move.links] : []));
    expect(rolls.length).toBeGreaterThan(10);
    expect(rolls.filter((links) => links.length === 2).length).toBeGreaterThan(10);
    await ann.page.getByRole("tab", { name: "Dice proof" }).click();
    expect(await ann.page.locator(".rolls").textContent()).toContain("✓");
    expect(await ann.page.locator(".complaints").count()).toBe(0);
    await namesRejections(ann.page, mallory.attack);
    await secondGame(ann.page, ben.page, code);
    expect(await overflowing(ben.page)).toEqual([]);
    expect([...ann.errors, ...ben.errors]).toEqual([]);
  }, 480_000);
});

/** A rematch with a third player: a page is frozen for ten seconds and wakes up, then the host closes its page. */
async function secondGame(host: Page, phone: Page, code: string): Promise<void> {
  const cem = await joinTable(`ws://127.0.0.1:${relay.port}`, code, "Cem");
  try {
    for (const page of [host, phone]) await page.getByLabel("Fast").dispatchEvent("click");
    await until(() => cem.room.me.value?.seat !== undefined, "Cem has a seat");
    cem.pilot.isOn.value = true;
    cem.pilot.pace.value = 100;
    cem.room.setReady(true);
    for (const page of [host, phone]) await page.getByRole("button", { name: "Rematch" }).click();
    await until(() => cem.table.game.value?.phase.name === "reinforce", "the second game begins");
    const others = [cem.room.myId, cem.room.host.peek()?.id];
    const seat = cem.table.game.peek()?.seats.findIndex(({ id }) => !others.includes(id)) ?? -1;
    const control = () => cem.table.game.value?.seats[seat]?.control;
    const frozen = await phone.context().newCDPSession(phone);
    await frozen.send("Debugger.enable");
    // Only dice that it owes show that a page is frozen: without a time limit its own turn may take for ever.
    const isOnTurn = () => cem.table.game.value?.turn === seat;
    while (control() !== "bot") {
      await until(() => !isOnTurn(), "the turn of another player", 60_000);
      await frozen.send("Debugger.pause");
      await until(() => control() === "bot" || isOnTurn(), "a bot plays for the frozen page", 120_000);
      await frozen.send("Debugger.resume");
    }
    await frozen.detach();
    await until(() => control() === "human", "the page is awake", 60_000);
    const before = cem.table.length.peek();
    await host.context().close();
    await until(
      () => cem.table.length.value > before + 20 && cem.room.host.value?.name !== undefined,
      "play goes on",
      60_000,
    );
    await phone.getByRole("tab", { name: "Dice proof" }).click();
    const hash = await phone.locator("[data-hash]").getAttribute("data-hash");
    await until(
      () => cem.table.length.value > 0 && cem.table.ledger.steps.some((step) => step.hash === hash),
      "the same state",
    );
    expect(cem.table.complaints.peek()).toEqual([]);
  } finally {
    cem.close();
  }
}

/** The one who begins places all armies by hand: on the phone with a finger, beside a badge. */
async function firstTurnByTouch(phone: Page, other: Page): Promise<void> {
  const mine = await Promise.race([
    phone
      .getByText("Your turn")
      .waitFor()
      .then(() => phone),
    other
      .getByText("Your turn")
      .waitFor()
      .then(() => other),
  ]);
  const before = await moves(mine);
  await mine.getByRole("button", { name: "all" }).click();
  const place = await mine.evaluate(() => {
    const board = document.querySelector(".board")?.getBoundingClientRect();
    const legal = [...document.querySelectorAll<SVGElement>(".land.legal")].map(({ dataset }) => dataset.at);
    const boxes = legal.flatMap((at) => document.querySelector(`[data-badge="${at}"]`)?.getBoundingClientRect() ?? []);
    const box = boxes.find(
      ({ x, y }) => board && x > board.x + 20 && x < board.right - 60 && y > board.y && y < board.bottom - 90,
    );
    return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
  if (!place) throw new Error("no own territory can be seen");
  // With a finger a little beside the badge, with the mouse on it.
  if (mine === phone) await mine.touchscreen.tap(place.x + 6, place.y + 6);
  else await mine.mouse.click(place.x, place.y);
  await moved(mine, before);
}

/** Drops the connection of a page for 5 s; the other one says so, and the game goes on. */
async function drop(page: Page, other: Page): Promise<void> {
  await openFrames(page);
  await page.getByRole("button", { name: "Drop the connection for 5 s" }).click();
  await other.getByText("reconnecting…").first().waitFor();
  await openFrames(page);
  const before = await moves(other);
  await moved(other, before + 3);
}

const openFrames = (page: Page) =>
  page
    .getByRole("button", { name: /frames/i })
    .first()
    .click();

/** What a hostile client sends is named in the panel, with the reason. */
async function namesRejections(page: Page, attack: () => void): Promise<void> {
  await openFrames(page);
  await page.getByLabel(/^Rejected/).check();
  attack();
  for (const reason of ["only the host keeps the log", "this player has no seat", "unknown kind of message"]) {
    await page.locator(".frames").getByText(reason).first().waitFor();
  }
  await openFrames(page);
}
