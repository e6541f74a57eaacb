import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing, unreachable } from "../../../test/kit/checks.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";
import { describeImage } from "../rules/image.ts";
import { OPEN } from "../rules/room-address.ts";
import { Chatter } from "./kit/chatter.ts";
import { measure, picture } from "./kit/in-page.ts";
import { images, noteOf, signedNote, textNote } from "./kit/notes.ts";
import { joinRaw } from "./kit/raw.ts";

const DESK = { viewport: { width: 1_280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const GARDEN = { name: "garden-club", lock: OPEN };
const CORNER = "quiet corner";
const PHRASE = "four random words here";

const browser = createBrowser();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay({ keep: "hub:chat-garden-club,hub:chat-long,hub:chat-phrase-*" });
});
afterAll(() => relay[Symbol.asyncDispose]());

test("two chat, a hostile program joins, the relay is away, a late one scrolls back, and a room with a secret hides everything", async () => {
  await using annPage = await browser.open(relay.http("/demos/chat"), DESK);
  const ann = new Chatter(annPage.page);
  await ann.name("Ann");
  await ann.enter("Garden Club");
  await using bobPage = await browser.open(annPage.page.url(), PHONE);
  const bob = new Chatter(bobPage.page);
  await bob.box.waitFor();

  await chat(ann, bob);
  await suffer(ann, bob);
  await survive(ann, bob);
  await scrollBack();
  await hide(ann, bob);
  await whisper(ann, bob);
  await pass(ann);
  for (const { errors } of [annPage, bobPage]) expect(errors.filter((text) => !isLostConnection(text))).toEqual([]);
}, 240_000);

/** What Chromium logs when the relay is away. */
const isLostConnection = (text: string): boolean =>
  /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/.test(text);

/** Messages, states, a reply, a reaction, an edit, a deletion, an image, a typing mark, and what is unread. */
async function chat(ann: Chatter, bob: Chatter): Promise<void> {
  await ann.say("Is the gate open?");
  await bob.sees("Is the gate open?");
  await ann.waitForState("Is the gate open?", /Delivered to 1 · kept/);
  await bob.box.pressSequentially("Ye");
  await ann.page.getByText("is typing…").waitFor();
  await bob.say("Yes, since 8. See https://example.org/gate");
  await ann.act("Yes, since 8", "Reply");
  await ann.say("Thanks <b>a lot</b>");
  await bob.message("Thanks <b>a lot</b>").locator(".chat-quoted", { hasText: "Yes, since 8" }).waitFor();
  await bob.act("Thanks", "React");
  await bob.page.getByRole("dialog").getByRole("button", { name: "👍" }).click();
  await ann.message("Thanks").locator(".chat-reactions button", { hasText: "👍 1" }).waitFor();
  await ann.box.focus();
  await ann.page.keyboard.press("ArrowUp");
  await ann.say("Thanks!");
  await bob.message("Thanks!").getByText("(edited)").waitFor();
  await ann.say("wrong room");
  await bob.sees("wrong room");
  await ann.act("wrong room", "Delete");
  await ann.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await bob.page.getByText("Message deleted").waitFor();

  const png = Buffer.from(await ann.page.evaluate(picture), "base64");
  await ann.page.locator("input[type=file]").setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: png });
  await ann.page.locator(".chat-preview").waitFor();
  await ann.say("The gate");
  await bob.message("The gate").locator(".chat-picture img[src^='blob:']").waitFor();
  await ann.page
    .locator("input[type=file]")
    .setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from(images.svg()) });
  await ann.page.getByText("SVG files can contain scripts").waitFor();

  // What arrives while another conversation is open is unread until it has been on the screen.
  await bob.page.getByRole("button", { name: "All conversations" }).click();
  await ann.say("Bring a spade");
  await bob.place(/garden-club.*1 unread/).click();
  await bob.page.locator(".chat-new").waitFor();
  await bob.sees("Bring a spade");
  await until("it is read", async () => !(await bob.page.title()).startsWith("("));
  // A long word is being written.
  await bob.box.fill(`https://example.org/${"path/".repeat(40)}`);
  for (const { page } of [ann, bob]) {
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowing(page)).toEqual([]);
    expect(await unreachable(page)).toEqual([]);
  }
  await bob.box.fill("");
}

/** A program sends what it likes. Nothing of it runs, and nobody else's words change. */
async function suffer(ann: Chatter, bob: Chatter): Promise<void> {
  using eve = await joinRaw(relay.port, "eve", GARDEN);
  const annAuthor = (await ann.message("Bring a spade").getAttribute("data-ref")) ?? "";
  const [key = "", id = ""] = annAuthor.split(".");
  const svg = describeImage(images.png(9, 9));
  await eve.say(textNote("<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>", { n: "Eve" }));
  await eve.say(
    textNote("[click](javascript:alert(1)) javascript:alert(1) data:text/html,x https://bank.example@evil.example/", {
      n: "Eve",
    }),
  );
  await eve.say(textNote("invoice \u202egpj.exe\u202c", { n: "\u202eevE" }));
  if (svg) await eve.say(noteOf({ k: "image", t: "look", image: svg }), images.svg());
  await eve.say(textNote("x".repeat(900_000)));
  // Edits and deletions of Ann's message: signed by Eve, signed by nobody, and Ann's own words in another room.
  await eve.say(noteOf({ k: "edit", of: id, t: "I resign" }));
  await eve.say(noteOf({ k: "delete", of: id }));
  const forged = signedNote(eve.author, "room open:garden-club", noteOf({ k: "edit", of: id, t: "I resign" }));
  await eve.send({ ...forged, a: key });
  await eve.send({ t: forged.t, a: key, s: "A".repeat(86) });
  await eve.send(JSON.parse('{"__proto__":{"t":"x"},"t":{"t":1},"typing":"yes","constructor":null}'));
  await eve.send({ typing: { a: 1 } });
  await eve.say(textNote("the end", { n: "Ann" }));

  for (const one of [ann, bob]) {
    await one.sees("the end");
    await one.sees("<script>window.hacked = 1</script>");
    await one.sees("invoice gpj.exe");
    expect(await one.page.evaluate(() => "hacked" in window)).toBe(false);
    const links = await one.page
      .locator(".chat-text a")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(links.filter((href) => !href.startsWith("https://") || href.includes("evil"))).toEqual([]);
    expect(await one.page.locator(".chat-picture").count()).toBe(1);
    await one.sees("Bring a spade");
    expect(await one.page.getByText("I resign").count()).toBe(0);
    // A name that somebody else has shows the beginning of its key.
    expect(await one.message("the end").locator(".chat-tag").count()).toBe(1);
    expect(await overflowing(one.page)).toEqual([]);
  }
}

/** The relay is away: what is written waits, also when its page is closed, and arrives later. */
async function survive(ann: Chatter, bob: Chatter): Promise<void> {
  await relay.stop();
  await bob.page.getByText("Reconnecting").first().waitFor();
  await bob.say("written offline");
  await bob.waitForState("written offline", /Waiting for the connection/);
  await ann.page.getByText("Reconnecting").first().waitFor();
  await ann.say("written and closed");
  await ann.waitForState("written and closed", /Waiting/);
  const address = ann.page.url();
  await ann.page.goto("about:blank");
  relay.start();
  await bob.waitForState("written offline", /kept/);
  await ann.page.goto(address);
  await ann.sees("written offline");
  await bob.sees("written and closed");
  // After the reload everything is there as it was, with what was changed.
  await ann.message("Thanks!").getByText("(edited)").waitFor();
  await ann.page.getByText("Message deleted").waitFor();
  await bob.sees("Bring a spade");
  expect(await bob.message("written and closed").count()).toBe(1);
}

/** Somebody opens a long room: the newest are there at once, older ones come while scrolling, and what is read stays in place. */
async function scrollBack(): Promise<void> {
  using dan = await joinRaw(relay.port, "dan", { name: "long", lock: OPEN });
  await dan.talk(260, (at) => `line ${at} of a long conversation`);
  await using cidPage = await browser.open("about:blank", DESK);
  const cid = new Chatter(cidPage.page);
  await cid.page.goto(relay.http("/demos/chat"), { waitUntil: "load" });
  await cid.page.getByLabel("Name of the room").fill("long");
  const [shown, back] = await cid.page.evaluate(measure);
  console.log(`30 messages shown in ${shown} ms after joining, 20 older ones in ${back} ms`);
  const scroller = cid.page.locator(".chat-scroller");
  let most = 0;
  await until("the beginning", async () => {
    const before = await cid.page.locator("article").first().textContent();
    most = Math.max(most, await cid.messages.count());
    await scroller.evaluate((element) => {
      element.scrollTop = 0;
    });
    return before?.includes("line 0 ") === true;
  });
  await cid.page.getByText("Here the room begins").waitFor();
  expect(most).toBeGreaterThan(150);
  expect(most).toBeLessThanOrEqual(200);
  // New messages do not move a reader who is further up.
  await scroller.evaluate((element) => {
    element.scrollTop = 900;
  });
  const place = () => cid.message("line 20 of").evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const top = await place();
  await dan.talk(5, (at) => `news ${at}`);
  await cid.page.getByRole("button", { name: /5 new/ }).waitFor();
  expect(await place()).toBe(top);
  await cid.page.getByRole("button", { name: /5 new/ }).click();
  await cid.sees("news 4");
  expect(cidPage.errors).toEqual([]);
}

/** A room with a passphrase: a wrong one reads nothing, the page says why, and the relay sees nothing but ciphertext. */
async function hide(ann: Chatter, bob: Chatter): Promise<void> {
  await ann.page.getByRole("button", { name: "New", exact: true }).click();
  await ann.enter(CORNER, PHRASE);
  await bob.page.getByRole("button", { name: "All conversations" }).click();
  await bob.enter(CORNER, PHRASE);
  using spy = await joinRaw(relay.port, "spy", { name: "quiet-corner", lock: { kind: "phrase", phrase: "" } });
  await ann.page.getByRole("button", { name: "Frames and network" }).click();
  await ann.say("the key is under the pot");
  await bob.sees("the key is under the pot");
  await bob.say("Thank you, Ann");
  await ann.sees("Thank you, Ann");
  await spy.say(textNote("I am one of you"));
  await spy.send({ e: 1, k: "A".repeat(22), n: 1, c: "AAAA" });
  await ann.page.getByText("not encrypted, in an encrypted conversation").first().waitFor();
  const panel = await ann.page
    .locator(".frames code")
    .evaluateAll((all) => all.map((code) => code.getAttribute("title") ?? ""));
  const secrets = ["under the pot", "Thank you", '"Ann"'];
  for (const frames of [panel, spy.frames]) {
    const room = frames.filter((text) => text.includes("chat-phrase-quiet-corner"));
    expect(room.filter((text) => text.includes('"c":"')).length).toBeGreaterThan(0);
    expect(room.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  }
  expect(await ann.page.locator(".chat-text", { hasText: "I am one of you" }).count()).toBe(0);
  await ann.page.locator(".frame-panel").getByRole("button", { name: "Close" }).click();
  expect(await pictures(ann)).toEqual(await pictures(bob));

  await using cidPage = await browser.open(relay.http("/demos/chat"), DESK);
  const cid = new Chatter(cidPage.page);
  await cid.enter(CORNER, "another four words");
  await cid.page.getByText("the key of this page does not open").waitFor();
  expect(await cid.messages.count()).toBe(0);
  expect(cidPage.errors).toEqual([]);
}

async function pictures({ page }: Chatter): Promise<readonly string[]> {
  await page.getByRole("button", { name: "Link and details" }).click();
  const names = await page.locator(".chat-check li").allTextContents();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  expect(names).toHaveLength(7);
  return names;
}

/** Two alone: encrypted, and kept by their browsers. */
async function whisper(ann: Chatter, bob: Chatter): Promise<void> {
  await ann.page.locator(".chat-aside .chat-people button").first().click();
  await ann.say("just you");
  await ann.waitForState("just you", /Delivered/);
  await bob.page.getByRole("button", { name: "All conversations" }).click();
  await bob.place(/Ann.*1 unread/).click();
  await bob.sees("just you");
  await bob.say("and you");
  await ann.sees("and you");
  await bob.page.reload();
  await bob.place("Ann").click();
  await bob.sees("just you");
  await bob.sees("and you");
}

/** A room that the relay does not keep: the page says so, and its browser remembers. */
async function pass(ann: Chatter): Promise<void> {
  await ann.page.getByRole("button", { name: "New", exact: true }).click();
  await ann.enter("fleeting");
  await ann.page.getByText("This relay keeps nothing in this room").waitFor();
  await ann.say("to the wind");
  await ann.waitForState("to the wind", /nobody has got this/);
  await ann.page.reload();
  await ann.sees("to the wind");
}
