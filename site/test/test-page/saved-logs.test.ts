import { describe, expect, test } from "bun:test";
import type { Entry } from "../../pages/test/model/entry.ts";
import {
  LOGS_KEY,
  type LogToSave,
  loadLogs,
  type SavedLogBounds,
  savedLogBounds,
  saveLogs,
} from "../../pages/test/model/saved-logs.ts";
import { type KeyValueStore, storeOrNone } from "../../pages/test/model/saved-state.ts";

/** A store with room for that many characters. */
function memoryStore(room = Number.POSITIVE_INFINITY): KeyValueStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new Error("full");
      kept.set(key, value);
    },
    removeItem: (key) => void kept.delete(key),
  };
}

const frame = (text: string, number = 1): Entry => ({
  kind: "text",
  direction: "out",
  number,
  at: 1_000 + number,
  size: text.length,
  text,
});
const client = (entries: readonly Entry[], more: Partial<LogToSave> = {}): LogToSave => ({
  entries,
  draft: "",
  binary: false,
  connected: false,
  ...more,
});
const numbered = (count: number): Entry[] => Array.from({ length: count }, (_, at) => frame(`frame ${at + 1}`, at + 1));
const textsOf = (place: KeyValueStore, at = 0) =>
  loadLogs(place)[at]?.entries.map((entry) => (entry.kind === "binary" ? "bytes" : entry.text));

describe("logs saved over a reload", () => {
  test("restore frames, bytes, closes and drafts of each client", () => {
    const place = memoryStore();
    const entries: Entry[] = [
      frame('{"to":"Bob","n":12345678901234567890}'),
      { kind: "binary", direction: "in", number: 2, at: 5, size: 2, bytes: Uint8Array.of(0, 255) },
      {
        kind: "event",
        direction: "event",
        number: 3,
        at: 6,
        size: 0,
        tone: "bad",
        text: "closed",
        code: 1008,
        reason: "flood",
      },
    ];
    saveLogs(place, [client(entries, { draft: "ping", connected: true }), client([], { draft: "00", binary: true })]);
    const [first, second] = loadLogs(place);
    expect(first).toMatchObject({ draft: "ping", connected: true, binary: false });
    expect(first?.entries).toEqual(entries.map(({ number: _, ...entry }) => entry));
    expect(second).toEqual({ entries: [], draft: "00", binary: true, connected: false });
  });

  test("contain no password", () => {
    const place = memoryStore();
    const login = '{"setID":"Ann","passwd":"secret"}';
    saveLogs(place, [client([frame(login)], { draft: login })]);
    expect(place.kept.get(LOGS_KEY)).not.toContain("secret");
    expect(loadLogs(place)[0]?.entries[0]?.size).toBe(login.length);
  });

  test("are bounded per client and in total; a frame that is too large is replaced by a note", () => {
    const place = memoryStore();
    const bounds: SavedLogBounds = { entries: 10, units: 1_000_000, frame: 100 };
    saveLogs(place, [client([...numbered(30), frame("x".repeat(101), 31)])], bounds);
    const texts = textsOf(place) ?? [];
    expect(texts.length).toBe(10);
    expect(texts[0]).toBe("frame 22");
    expect(texts.at(-1)).toBe("a frame of 101 B was sent here; it is too large to keep when the page reloads");
    saveLogs(place, [client(numbered(1_000)), client(numbered(1_000))], { ...savedLogBounds, units: 20_000 });
    expect(place.kept.get(LOGS_KEY)?.length).toBeLessThan(30_000);
    expect(textsOf(place, 0)?.at(-1)).toBe("frame 1000");
    expect(textsOf(place, 1)?.at(-1)).toBe("frame 1000");
  });

  test("shrink if the browser provides less space, and are skipped if it provides none", () => {
    const small = memoryStore(20_000);
    saveLogs(small, [client(numbered(5_000))]);
    expect(textsOf(small)?.at(-1)).toBe("frame 5000");
    const none = memoryStore(10);
    none.kept.set(LOGS_KEY, "[]");
    saveLogs(none, [client(numbered(5))]);
    expect(loadLogs(none)).toEqual([]);
    const forbidden = storeOrNone(() => {
      throw new Error("forbidden");
    });
    saveLogs(forbidden, [client(numbered(5))]);
    expect(loadLogs(forbidden)).toEqual([]);
  });

  test("invalid data is ignored", () => {
    const place = memoryStore();
    for (const text of ["{", "null", "{}", "[1]", '[{"log":7}]', '[{"log":[7,{}]}]']) {
      place.kept.set(LOGS_KEY, text);
      for (const one of loadLogs(place)) expect(one.entries).toEqual([]);
    }
  });
});
