import { describe, expect, test } from "bun:test";
import type { StateWrite } from "@achex/protocol";
import fc from "fast-check";
import { RoomMap } from "../../src/state/room-map.ts";

type Parts = { [Part in keyof StateWrite]?: StateWrite[Part] };

const write = (parts: Parts): StateWrite => ({
  values: new Map(),
  deletions: [],
  increments: new Map(),
  conditions: new Map(),
  own: false,
  term: undefined,
  ...parts,
});
const values = (entries: Readonly<Record<string, unknown>>): Parts => ({
  values: new Map(Object.entries(entries).map(([key, value]) => [key, JSON.stringify(value)])),
});

/** Applies a change to a plain map, as a client does. */
function apply(map: Map<string, unknown>, change: { readonly values: string; readonly deleted: string }): void {
  for (const [key, value] of Object.entries(JSON.parse(change.values || "{}"))) map.set(key, value);
  const deleted: unknown = JSON.parse(change.deleted || "[]");
  if (Array.isArray(deleted)) for (const key of deleted) map.delete(String(key));
}

const copyOf = (map: RoomMap): Map<string, unknown> => {
  const copy = new Map<string, unknown>();
  const whole = map.since("all");
  if (whole) apply(copy, whole);
  return copy;
};

const key = fc.constantFrom("a", "b", "c", "d", "__proto__", "\ud800", "");
const step = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    key,
    value: fc.json(),
    own: fc.boolean(),
    by: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant("delete" as const), key, by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant("increment" as const),
    key,
    amount: fc.double({ noNaN: true }),
    by: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant("release" as const), by: fc.integer({ min: 1, max: 3 }) }),
);

describe("[R102 R103] the map of a room", () => {
  test("[R102 R103] a difference since any version leads to the same map as the whole", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const map = new RoomMap(7);
        const past: { version: number; copy: Map<string, unknown> }[] = [];
        for (const one of steps) {
          past.push({ version: map.version, copy: copyOf(map) });
          if (one.kind === "release") map.release(one.by);
          else if (one.kind === "delete") map.write(write({ deletions: [one.key] }), one.by);
          else if (one.kind === "increment") map.write(write({ increments: new Map([[one.key, one.amount]]) }), one.by);
          else map.write(write({ values: new Map([[one.key, one.value]]), own: one.own }), one.by);
        }
        for (const { version, copy } of past) {
          const change = map.since(version);
          if (!change) throw new Error("nothing was pruned");
          apply(copy, change);
          expect(copy).toEqual(copyOf(map));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("[R103] versions grow by one with each change, and not without one", () => {
    const map = new RoomMap(7);
    map.write(write(values({ a: 1, b: 2 })), 1);
    expect(map.version).toBe(8);
    map.write(write({ deletions: ["never"] }), 1);
    expect(map.version).toBe(8);
    map.write(write({ deletions: ["a", "b"] }), 1);
    expect(map.version).toBe(9);
  });

  test("[R105] a key that was deleted has changed, also when the deletion has been forgotten", () => {
    const map = new RoomMap(0);
    map.write(write(values({ a: 1 })), 1);
    map.write(write({ deletions: ["a"] }), 1);
    const claim = (version: number) =>
      map.write(write({ ...values({ b: 1 }), conditions: new Map([["a", version]]) }), 1).kind;
    expect(claim(1)).toBe("state-conflict");
    expect(claim(2)).toBe("written");
    for (let n = 0; n < 3; n++) {
      const keys = Array.from({ length: 900 }, (_, i) => `${n}.${i}`);
      map.write(write(values(Object.fromEntries(keys.map((name) => [name, 1])))), 1);
      map.write(write({ deletions: keys }), 1);
    }
    expect(claim(1)).toBe("state-conflict");
    expect(claim(map.version)).toBe("written");
    expect(claim(0)).toBe("written");
    expect(map.since(2)).toBeUndefined();
    expect(map.since(map.version + 1)).toBeUndefined();
  });

  test("[R107] a value does not keep the frame it came in", () => {
    const map = new RoomMap(0);
    const before = map.memory;
    map.write(write(values({ a: "x".repeat(1_000) })), 1);
    expect(map.memory - before).toBeGreaterThan(1_000);
    map.write(write({ deletions: ["a"] }), 1);
    expect(map.memory - before).toBeLessThan(200);
  });

  test("[R107] keys and deletions are bounded, whatever is written", () => {
    const map = new RoomMap(0);
    for (let n = 0; n < 50; n++) {
      const keys = Array.from({ length: 1_000 }, (_, i) => `${n}.${i}`);
      map.write(write(values(Object.fromEntries(keys.map((name) => [name, 1])))), 1);
      map.write(write({ deletions: keys }), 1);
    }
    expect(map.keys).toBe(0);
    expect(map.save().tombstones).toHaveLength(1_000);
  });

  test("[R106] own keys are released together, and only those", () => {
    const map = new RoomMap(0);
    map.write(write({ ...values({ mine: 1, given: 1 }), own: true }), 1);
    map.write(write(values({ room: 1 })), 1);
    map.write(write(values({ given: 2 })), 1);
    expect(map.write(write(values({ mine: 2 })), 2).kind).toBe("not-owner");
    expect(map.release(1)).toEqual({ version: 4, values: "", deleted: '["mine"]' });
    expect(map.release(1)).toBeUndefined();
    expect(map.save().entries.map((entry) => entry.key)).toEqual(["room", "given"]);
  });

  test("a saved map is the same map", () => {
    const map = new RoomMap(5);
    map.write(write({ ...values({ a: 1, __proto__: 2 }), own: true }), 1);
    map.write(write(values({ b: "é" })), 1);
    map.write(write({ deletions: ["b"] }), 1);
    const restored = new RoomMap(0);
    restored.restore(map.save());
    expect(restored.save()).toEqual(map.save());
    expect(restored.memory).toBe(map.memory);
    expect(restored.since(6)).toEqual(map.since(6));
    expect(restored.write(write(values({ a: 2 })), 2).kind).toBe("not-owner");
  });
});
