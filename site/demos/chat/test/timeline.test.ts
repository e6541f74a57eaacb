import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { noteFrom, refOf } from "../rules/message.ts";
import { continues, isLate, Timeline } from "../rules/timeline.ts";
import { isUnread, readMarkFrom } from "../rules/unread.ts";
import { around, earlier, IN_PAGE, later, NEWEST, rangeOf } from "../rules/window.ts";
import { authorNamed, noteOf, textNote } from "./kit/notes.ts";

const [ann, eve] = [authorNamed("Ann").id, authorNamed("Eve").id];
const textsOf = (timeline: Timeline) => timeline.entries.map(({ text }) => text);

describe("edits, deletions and reactions", () => {
  const hello = textNote("hallo");
  const edit = noteOf({ k: "edit", of: hello.id, t: "hello" });
  const again = noteOf({ k: "edit", of: hello.id, t: "hello!" });
  const like = noteOf({ k: "react", of: refOf(ann, hello.id), emoji: "👍", on: true });

  test("give the same result in every order, also before their message is loaded", () => {
    const all = [hello, edit, again, like];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
        const timeline = new Timeline();
        for (const note of order) timeline.add(note === like ? eve : ann, note, { order: 1, at: 1 });
        const [entry] = timeline.entries;
        expect(timeline.entries).toHaveLength(1);
        expect(entry).toMatchObject({ text: "hello!", isEdited: true });
        expect([...(entry?.reactions.get("👍") ?? [])]).toEqual([eve]);
      }),
    );
  });

  test("of somebody else's message change nothing: they name a message of their own author", () => {
    const timeline = new Timeline();
    timeline.add(ann, hello, { order: 1, at: 1 });
    timeline.add(eve, noteOf({ k: "edit", of: hello.id, t: "I owe Eve 100" }), { order: 2, at: 2 });
    timeline.add(eve, noteOf({ k: "delete", of: hello.id }), { order: 3, at: 3 });
    expect(timeline.entries).toMatchObject([{ text: "hallo", isEdited: false, isDeleted: false }]);
  });

  test("a copy of an id by somebody else hides nothing, whichever comes first", () => {
    const timeline = new Timeline();
    timeline.add(eve, { ...hello, n: "Eve" }, { order: 2, at: 2 });
    timeline.add(ann, hello, { order: 1, at: 1 });
    expect(timeline.entries.map(({ author }) => author)).toEqual([ann, eve]);
  });

  test("a deleted message has no text, no image and cannot be edited back", () => {
    const timeline = new Timeline();
    timeline.add(ann, noteOf({ k: "delete", of: hello.id }), { order: 2, at: 2 });
    timeline.add(ann, hello, { order: 1, at: 1 });
    timeline.add(ann, edit, { order: 3, at: 3 });
    expect(timeline.entries).toMatchObject([{ text: "", isDeleted: true }]);
  });

  test("a reaction can be taken back, and an old copy of it does not return", () => {
    const timeline = new Timeline();
    timeline.add(ann, hello, { order: 1, at: 1 });
    timeline.add(eve, like, { order: 2, at: 2 });
    timeline.add(eve, noteOf({ k: "react", of: refOf(ann, hello.id), emoji: "👍", on: false }), { order: 3, at: 3 });
    timeline.add(eve, like, { order: 4, at: 4 });
    expect(timeline.entries[0]?.reactions.size).toBe(0);
  });
});

describe("the order", () => {
  test("is the relay's; what is not sent yet comes last and keeps its place among its like", () => {
    const timeline = new Timeline();
    const mine = textNote("mine");
    timeline.add(ann, mine, { order: 1e15, at: 9 }, { sending: { kind: "waiting" } });
    for (const order of [3, 1, 2]) timeline.add(eve, textNote(`eve ${order}`), { order, at: order });
    expect(textsOf(timeline)).toEqual(["eve 1", "eve 2", "eve 3", "mine"]);
    timeline.setSending(refOf(ann, mine.id), { kind: "sent", taken: 1, held: 0, kept: true }, 2.5);
    expect(textsOf(timeline)).toEqual(["eve 1", "eve 2", "mine", "eve 3"]);
  });

  test("after a new epoch, only what waits to be sent stays", () => {
    const timeline = new Timeline();
    timeline.add(eve, textNote("old"), { order: 1, at: 1 });
    timeline.add(ann, textNote("waits"), { order: 1e15, at: 2 }, { sending: { kind: "failed", reason: "offline" } });
    timeline.reset();
    expect(textsOf(timeline)).toEqual(["waits"]);
  });

  test("an own message that comes back from history is sent and kept", () => {
    const timeline = new Timeline();
    const mine = textNote("mine");
    timeline.add(ann, mine, { order: 1e15, at: 9 }, { sending: { kind: "sending" } });
    expect(timeline.add(ann, mine, { order: 4, at: 5 })).toBe(false);
    expect(timeline.entries).toMatchObject([{ order: 4, at: 5, sending: { kind: "sent", kept: true } }]);
  });

  test("one author's messages within five minutes share a head", () => {
    const timeline = new Timeline();
    for (const [author, at] of [
      [ann, 0],
      [ann, 60_000],
      [eve, 61_000],
      [eve, 600_000],
    ] as const)
      timeline.add(author, textNote("x", { w: at }), { order: at, at });
    const [one, two, three, four] = timeline.entries;
    expect([two && continues(two, one), three && continues(three, two), four && continues(four, three)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test("a message that was written long before it came has a head of its own, which says so", () => {
  const timeline = new Timeline();
  timeline.add(ann, textNote("x", { w: 1_000_000 }), { order: 1, at: 1_000_000 });
  timeline.add(ann, textNote("an old one, sent again", { w: 0 }), { order: 2, at: 1_000_100 });
  const [one, two] = timeline.entries;
  expect(two && [isLate(two), continues(two, one)]).toEqual([true, false]);
  expect(one && isLate(one)).toBe(false);
});

test("a flood of messages and images does not fill the memory: the oldest go", () => {
  const timeline = new Timeline();
  const picture = { type: "image/png", width: 1, height: 1, bytes: new Uint8Array(8 * 1024 ** 2) } as const;
  for (let at = 0; at < 8; at++) timeline.add(eve, textNote(`image ${at}`), { order: at, at }, { picture });
  expect(timeline.entries.map((entry) => entry.picture?.bytes !== undefined)).toEqual([
    false,
    false,
    ...Array(6).fill(true),
  ]);
  for (let at = 8; at < 5_100; at++) timeline.add(eve, textNote(`${at}`), { order: at, at });
  expect(timeline.entries.length).toBe(5_000);
  expect(timeline.entries[0]?.text).toBe("100");
});

describe("messages in the page", () => {
  const list = Array.from({ length: 500 }, (_, at) => ({ ref: `m${at}` }));

  test("are 30 at first, then 20 more at a time, and never over 200", () => {
    let window = NEWEST;
    expect(rangeOf(window, list)).toEqual({ start: 470, end: 500 });
    const sizes: number[] = [];
    for (let step = 0; step < 30; step++) {
      window = earlier(window, list);
      const { start, end } = rangeOf(window, list);
      sizes.push(end - start);
    }
    expect(Math.max(...sizes)).toBe(IN_PAGE);
    expect(rangeOf(window, list)).toEqual({ start: 0, end: 200 });
    for (let step = 0; step < 20; step++) window = later(window, list);
    expect(rangeOf(window, list)).toEqual({ start: 300, end: 500 });
    expect(window.follows).toBe(true);
  });

  test("stay the same when older and newer ones are loaded", () => {
    const window = earlier(earlier(NEWEST, list), list);
    const { start } = rangeOf(window, list);
    const more = [{ ref: "older" }, ...list, { ref: "newer" }];
    expect(rangeOf(window, more)).toEqual({ start: start + 1, end: 502 });
    expect(rangeOf(around("m100", list), list)).toEqual({ start: 90, end: 290 });
  });
});

describe("unread", () => {
  const timeline = new Timeline();
  timeline.add(ann, textNote("one"), { order: 7, at: 700 });
  const [entry] = timeline.entries;
  if (!entry) throw new Error("there is one");

  test("counts what others wrote after the mark: by position in the same epoch, otherwise by time", () => {
    expect(isUnread(entry, eve, undefined, "a")).toBe(true);
    expect(isUnread(entry, ann, undefined, "a")).toBe(false);
    expect(isUnread(entry, eve, { epoch: "a", order: 7, at: 0 }, "a")).toBe(false);
    expect(isUnread(entry, eve, { epoch: "a", order: 9, at: 100 }, "b")).toBe(true);
    expect(isUnread(entry, eve, { order: 0, at: 700 }, undefined)).toBe(false);
  });

  test("a mark from storage may be anything", () => {
    expect(readMarkFrom('{"epoch":"a","order":1,"at":2}')).toEqual({ epoch: "a", order: 1, at: 2 });
    for (const text of [null, undefined, "", "[]", "null", '{"order":"1","at":2}'])
      expect(readMarkFrom(text)).toBeUndefined();
  });
});

test("what others send must be a note of this format", () => {
  const note = textNote("hi");
  expect(noteFrom(JSON.stringify(note))).toEqual(note);
  const bad: unknown[] = [
    ...[
      null,
      [],
      "text",
      { ...note, k: "html" },
      { ...note, t: "" },
      { ...note, t: "x".repeat(8_001) },
      { ...note, id: "<b>" },
    ],
    ...[
      { ...note, w: -1 },
      { ...note, w: 1e300 },
      { ...note, re: "x" },
      { ...note, n: "n".repeat(81) },
    ],
    ...["<b>", "x", "👍👍", "👍<script>", "1"].map((emoji) => ({
      ...note,
      k: "react",
      of: refOf(ann, note.id),
      emoji,
      on: true,
    })),
    { ...note, k: "image", t: "", image: { type: "image/svg+xml", width: 1, height: 1, sha256: "0".repeat(64) } },
  ];
  for (const one of bad) expect(typeof noteFrom(JSON.stringify(one))).toBe("string");
  for (const emoji of ["👍", "❤️", "👩‍🚀", "🇨🇦", "1️⃣"])
    expect(noteFrom(JSON.stringify({ ...note, k: "react", of: refOf(ann, note.id), emoji, on: true }))).toMatchObject({
      emoji,
    });
  expect(typeof noteFrom("{")).toBe("string");
});
