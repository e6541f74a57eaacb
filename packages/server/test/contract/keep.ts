import { expect, test } from "bun:test";
import type { Keep, KeepOutcome, KeptChannel, Retention } from "../../src/keep.ts";
import type { Payload } from "../../src/socket.ts";

/** An implementation on storage of its own. */
export interface KeepUnderTest extends AsyncDisposable {
  readonly keep: Keep;
  /** Sets the time, and resolves when everything that is no longer kept at that time has been deleted. */
  retain(time: number): Promise<void>;
}

export type OpenKeep = (limits?: { readonly maxChannels: number; readonly maxBytes?: number }) => KeepUnderTest;

const forever: Retention = { messages: 0, age: 0, bytes: 0 };

export const kept = (name: string, retention: Partial<Retention> = {}): KeptChannel => ({
  instance: "root",
  kind: "hub",
  name,
  retention: { ...forever, ...retention },
});

/** Without what only the nodes of a cluster need. */
const plain = (outcome: KeepOutcome): KeepOutcome =>
  outcome.kind === "kept" ? { kind: "kept", seq: outcome.seq } : outcome;

/** Appends a message; resolves with what became of it. */
export const append = (keep: Keep, channel: KeptChannel, frame: Payload, at = 1, id?: string): Promise<KeepOutcome> =>
  new Promise((resolve) => {
    const settled = (outcome: KeepOutcome): void => resolve(plain(outcome));
    const request = { channel, frame, at, settled, ...(id === undefined ? {} : { id }) };
    if (!keep.append(request)) settled({ kind: "failed", reason: "storage" });
  });

const all = { after: 0, messages: 1_000, bytes: 10_000_000 };
const framesOf = (keep: Keep, channel: KeptChannel, range = {}) =>
  keep.read(channel, { ...all, ...range }).map(({ frame }) => frame);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);
const appendAll = (keep: Keep, channel: KeptChannel, frames: readonly Payload[]) =>
  Promise.all(frames.map((frame) => append(keep, channel, frame)));

/** What every Keep promises (see the seam's own words). */
export function keepContract(open: OpenKeep): void {
  positions(open);
  reading(open);
  ids(open);
  retention(open);
  cursors(open);
}

function positions(open: () => KeepUnderTest): void {
  test("R140 positions count up from 1 in each channel, without gaps", async () => {
    await using it = open();
    expect(it.keep.span(kept("a"))).toMatchObject({ first: 1, head: 0 });
    const outcomes = await Promise.all([
      append(it.keep, kept("a"), "1"),
      append(it.keep, kept("b"), "2"),
      append(it.keep, kept("a"), "3"),
    ]);
    expect(outcomes).toEqual([
      { kind: "kept", seq: 1 },
      { kind: "kept", seq: 1 },
      { kind: "kept", seq: 2 },
    ]);
    expect(it.keep.span(kept("a"))).toMatchObject({ first: 1, head: 2 });
    expect(it.keep.span(kept("a")).epoch).not.toBe(it.keep.span(kept("b")).epoch);
  });

  test("R140 messages are settled in order, after they can be read", async () => {
    await using it = open();
    const settled: string[] = [];
    await Promise.all(
      numbers(500).map(async (frame) => {
        await append(it.keep, kept("a"), frame);
        settled.push(frame);
        expect(it.keep.span(kept("a")).head).toBeGreaterThanOrEqual(Number(frame));
      }),
    );
    expect(settled).toEqual(numbers(500));
    expect(framesOf(it.keep, kept("a"))).toEqual(numbers(500));
  });

  test("R140 the same name in another instance or kind is another channel", async () => {
    await using it = open();
    const places: KeptChannel[] = [
      kept("a"),
      { ...kept("a"), instance: "hall" },
      { ...kept("a"), kind: "broadcast" },
      { ...kept("a\0hub"), kind: "name" },
    ];
    for (const [index, place] of places.entries()) await append(it.keep, place, `${index}`);
    for (const [index, place] of places.entries()) expect(framesOf(it.keep, place)).toEqual([`${index}`]);
  });
}

function reading(open: () => KeepUnderTest): void {
  test("R142 a range: after, before, the oldest or the last of them, and no more than a number of bytes", async () => {
    await using it = open();
    await appendAll(it.keep, kept("a"), numbers(9));
    expect(framesOf(it.keep, kept("a"), { after: 3 })).toEqual(["4", "5", "6", "7", "8", "9"]);
    expect(framesOf(it.keep, kept("a"), { after: 3, before: 6 })).toEqual(["4", "5"]);
    expect(framesOf(it.keep, kept("a"), { messages: 2 })).toEqual(["1", "2"]);
    expect(framesOf(it.keep, kept("a"), { messages: 2, last: true })).toEqual(["8", "9"]);
    expect(framesOf(it.keep, kept("a"), { messages: 2, last: true, before: 8 })).toEqual(["6", "7"]);
    expect(framesOf(it.keep, kept("a"), { bytes: 3 })).toEqual(["1", "2", "3"]);
    expect(framesOf(it.keep, kept("a"), { bytes: 0 })).toEqual(["1"]);
    expect(framesOf(it.keep, kept("a"), { after: 9 })).toEqual([]);
    expect(framesOf(it.keep, kept("never"))).toEqual([]);
  });

  test("S2 frames are read as they were appended: text, bytes, other scripts", async () => {
    await using it = open();
    const frames = ['{"s":"\\ud800 😀 名前"}', new Uint8Array([0, 255, 10]), "", "'; drop table messages; --"];
    await appendAll(it.keep, kept("a"), frames);
    expect(framesOf(it.keep, kept("a"))).toEqual(frames);
  });
}

function ids(open: () => KeepUnderTest): void {
  test("R146 a message with the id of one that the channel holds is a repetition of it", async () => {
    await using it = open();
    expect(await append(it.keep, kept("a"), "1", 1, "x")).toEqual({ kind: "kept", seq: 1 });
    const together = [append(it.keep, kept("a"), "2", 1, "y"), append(it.keep, kept("a"), "again", 1, "y")];
    expect(await Promise.all(together)).toEqual([
      { kind: "kept", seq: 2 },
      { kind: "duplicate", seq: 2 },
    ]);
    expect(await append(it.keep, kept("a"), "again", 1, "x")).toEqual({ kind: "duplicate", seq: 1 });
    expect(await append(it.keep, kept("b"), "1", 1, "x")).toEqual({ kind: "kept", seq: 1 });
    expect(framesOf(it.keep, kept("a"))).toEqual(["1", "2"]);
  });
}

function retention(open: OpenKeep): void {
  test("R147 a channel holds no more messages than it may, and its positions go on", async () => {
    await using it = open();
    const channel = kept("a", { messages: 3 });
    await appendAll(it.keep, channel, numbers(10));
    await it.retain(1);
    expect(framesOf(it.keep, channel)).toEqual(["8", "9", "10"]);
    expect(it.keep.span(channel)).toMatchObject({ first: 8, head: 10 });
    expect(await append(it.keep, channel, "11")).toEqual({ kind: "kept", seq: 11 });
  });

  test("R147 no more bytes than it may", async () => {
    await using it = open();
    const channel = kept("a", { bytes: 250 });
    await appendAll(
      it.keep,
      channel,
      numbers(6).map((digit) => digit.repeat(100)),
    );
    await it.retain(1);
    expect(framesOf(it.keep, channel)).toEqual(["5".repeat(100), "6".repeat(100)]);
  });

  test("R147 no messages older than they may be", async () => {
    await using it = open();
    const channel = kept("a", { age: 1_000 });
    await append(it.keep, channel, "old", 5_000);
    await append(it.keep, channel, "new", 5_900);
    await it.retain(6_000);
    expect(framesOf(it.keep, channel)).toEqual(["old", "new"]);
    await it.retain(6_001);
    expect(framesOf(it.keep, channel)).toEqual(["new"]);
  });

  test("R141 keep-full: beyond the bytes on disk messages fail, until something has been deleted", async () => {
    await using it = open({ maxChannels: 0, maxBytes: 1_000_000 });
    const channel = kept("a", { messages: 2 });
    const frame = "x".repeat(50_000);
    const outcomes: KeepOutcome[] = [];
    for (let count = 0; count < 30; count++) outcomes.push(await append(it.keep, channel, frame));
    const accepted = outcomes.filter(({ kind }) => kind === "kept").length;
    expect(accepted).toBeGreaterThan(10);
    expect(accepted).toBeLessThan(25);
    expect(outcomes.at(-1)).toEqual({ kind: "failed", reason: "disk" });
    expect(framesOf(it.keep, channel)).toHaveLength(accepted);
    await it.retain(1_000);
    await it.retain(1_000);
    expect(await append(it.keep, channel, frame)).toEqual({ kind: "kept", seq: accepted + 1 });
  });

  test("R141 keep-full: a channel beyond the number of kept channels fails, until another has been forgotten", async () => {
    await using it = open({ maxChannels: 2 });
    const short = kept("a", { age: 10 });
    expect(await append(it.keep, short, "1")).toMatchObject({ kind: "kept" });
    expect(await append(it.keep, kept("b"), "1")).toMatchObject({ kind: "kept" });
    expect(await append(it.keep, kept("c"), "1")).toEqual({ kind: "failed", reason: "channels" });
    expect(await append(it.keep, kept("b"), "2")).toMatchObject({ kind: "kept" });
    const { epoch } = it.keep.span(short);
    await it.retain(100);
    expect(await append(it.keep, kept("c"), "1")).toEqual({ kind: "kept", seq: 1 });
    expect(it.keep.span(short)).toMatchObject({ first: 1, head: 0 });
    expect(it.keep.span(short).epoch).not.toBe(epoch);
  });
}

function cursors(open: () => KeepUnderTest): void {
  test("R145 a device's confirmed position is what it last confirmed, at once", async () => {
    await using it = open();
    const inbox: KeptChannel = { ...kept("Ann"), kind: "name" };
    await appendAll(it.keep, inbox, numbers(3));
    expect(it.keep.confirmed(inbox, "phone")).toBe(0);
    const confirming = it.keep.confirm(inbox, "phone", 2);
    expect(it.keep.confirmed(inbox, "phone")).toBe(2);
    expect(await confirming).toBe("confirmed");
    expect(it.keep.confirmed(inbox, "phone")).toBe(2);
    expect(it.keep.confirmed(inbox, "desk")).toBe(0);
    await append(it.keep, inbox, "4");
    expect(it.keep.confirmed(inbox, "phone")).toBe(2);
  });

  test("R145 a name has a limited number of devices", async () => {
    await using it = open();
    const inbox: KeptChannel = { ...kept("Ann"), kind: "name" };
    for (let device = 0; device < 16; device++) {
      expect(await it.keep.confirm(inbox, `${device}`, 1)).toBe("confirmed");
      await append(it.keep, inbox, "1");
    }
    expect(await it.keep.confirm(inbox, "one more", 1)).toBe("too-many-devices");
    expect(await it.keep.confirm(inbox, "3", 2)).toBe("confirmed");
  });
}
