import { describe, expect, test } from "bun:test";
import type { NewEntry } from "../../pages/test/model/entry.ts";
import { matches } from "../../pages/test/model/filter.ts";
import { FrameLog } from "../../pages/test/model/frame-log.ts";

const frame = (text: string, direction: "in" | "out" = "in"): NewEntry => ({
  kind: "text",
  direction,
  at: 0,
  size: text.length,
  text,
});
const event = (text: string): NewEntry => ({ kind: "event", direction: "event", at: 0, size: 0, tone: "plain", text });
const texts = (log: FrameLog) => log.visible.map((entry) => (entry.kind === "binary" ? "bytes" : entry.text));

describe("the log of one client", () => {
  test("shows entries numbered from one", () => {
    const log = new FrameLog();
    for (const text of ["a", "b"]) log.append(frame(text));
    expect(log.visible.map(({ number }) => number)).toEqual([1, 2]);
  });

  test("filters existing and new entries by direction and text", () => {
    const log = new FrameLog();
    log.append(frame("Hello", "out"));
    log.append(event("open"));
    log.filter = { show: "in", search: "HELL" };
    expect(texts(log)).toEqual([]);
    log.append(frame("hello there"));
    log.append(frame("other"));
    expect(texts(log)).toEqual(["hello there"]);
    log.filter = { show: "all", search: "" };
    expect(texts(log)).toEqual(["Hello", "open", "hello there", "other"]);
  });

  test("binary frames are searched by their hex", () => {
    const log = new FrameLog();
    const entry = log.append({ kind: "binary", direction: "in", at: 0, size: 3, bytes: Uint8Array.of(0, 255, 171) });
    expect(matches(entry, { show: "all", search: "FFAB" })).toBe(true);
    expect(matches(entry, { show: "all", search: "ffff" })).toBe(false);
  });

  test("while paused, new entries are stored but not shown", () => {
    const log = new FrameLog();
    log.append(frame("before"));
    log.pause();
    log.append(frame("during"));
    log.filter = { show: "in", search: "" };
    expect(texts(log)).toEqual(["before"]);
    expect(log.waiting).toBe(1);
    log.resume();
    expect(texts(log)).toEqual(["before", "during"]);
    expect(log.waiting).toBe(0);
  });

  test("after clear it is empty and numbering continues", () => {
    const log = new FrameLog();
    log.append(frame("a"));
    log.pause();
    log.append(frame("b"));
    log.clear();
    expect([log.all.length, log.visible.length, log.waiting]).toEqual([0, 0, 0]);
    expect(log.append(frame("c")).number).toBe(3);
  });

  test("when full, it discards the oldest entries, by number and by size", () => {
    const log = new FrameLog({ entries: 100, size: 1_000 });
    for (let i = 0; i < 250; i++) log.append(frame("x"));
    expect(log.all.length).toBeLessThanOrEqual(100);
    expect(log.all.length + log.lost).toBe(250);
    expect(log.all.at(-1)?.number).toBe(250);
    expect(log.visible.length).toBe(log.all.length);
    log.append(frame("y".repeat(990)));
    expect(log.all.at(-1)?.size).toBe(990);
    expect(log.all.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(1_000);
  });

  test("a frame larger than the log limit is kept on its own", () => {
    const log = new FrameLog({ entries: 100, size: 10 });
    log.append(frame("a"));
    log.append(frame("b".repeat(50)));
    expect(log.all.length).toBe(1);
  });
});
