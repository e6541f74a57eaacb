import { describe, expect, test } from "bun:test";
import { StateReplica } from "../../src/state/replica.ts";

const whole = (version: number, values: object) => ({ version, whole: true, values });
const change = (version: number, values: object, more: object = {}) => ({ version, values, ...more });

/** As it comes from the wire: only JSON.parse makes an own key `__proto__`. */
const parsed = (text: string) => JSON.parse(text);

describe("a copy of the state", () => {
  test("R102, R103: the whole map, then changes in the order of their versions", () => {
    const copy = new StateReplica();
    expect([copy.version, copy.size, copy.get("a")]).toEqual([undefined, 0, undefined]);
    expect(copy.apply(whole(7, { a: 1, b: { x: 1 } }))).toEqual({ keys: ["a", "b"], whole: true });
    expect(copy.apply(change(8, { a: 2, c: null }))).toEqual({ keys: ["a", "c"], whole: false });
    expect(copy.apply({ version: 9, deleted: ["b", "unknown"] })).toEqual({ keys: ["b"], whole: false });
    expect([...copy.entries("")]).toEqual([
      ["a", 2],
      ["c", null],
    ]);
    expect([copy.version, copy.has("b"), copy.has("c")]).toEqual([9, false, true]);
  });

  test("R108: a conflated difference may skip versions, and removes and writes keys at once", () => {
    const copy = new StateReplica();
    copy.apply(whole(1, { a: 1, b: 2 }));
    copy.apply(change(264, { a: 300 }, { deleted: ["b"] }));
    expect([copy.version, copy.snapshot]).toEqual([264, { a: 300 }]);
  });

  test("what it already has changes nothing, not even with another value", () => {
    const copy = new StateReplica();
    copy.apply(whole(5, { a: 5 }));
    expect(copy.apply(change(5, { a: 4 }))).toBeUndefined();
    expect(copy.apply(change(3, { a: 3 }))).toBeUndefined();
    expect(copy.get("a")).toBe(5);
  });

  test("a whole map of a new room may have a lower version", () => {
    const copy = new StateReplica();
    copy.apply(whole(500, { a: 1, b: 2 }));
    expect(copy.apply(whole(2, { b: 2, c: 3 }))).toEqual({ keys: ["c", "a"], whole: true });
    expect([copy.version, copy.snapshot]).toEqual([2, { b: 2, c: 3 }]);
  });

  test("R108: a difference before the first map is not taken for the map", () => {
    const copy = new StateReplica();
    expect(copy.apply(change(3, { a: 1 }))).toBeUndefined();
    expect([copy.version, copy.size]).toEqual([undefined, 0]);
    copy.apply(whole(0, {}));
    expect(copy.version).toBe(0);
  });

  test("a cleared copy is as before the first map", () => {
    const copy = new StateReplica();
    copy.apply(whole(5, { a: 1 }));
    copy.clear();
    expect([copy.version, copy.size, copy.snapshot]).toEqual([undefined, 0, {}]);
    copy.apply(whole(1, { b: 1 }));
    expect(copy.snapshot).toEqual({ b: 1 });
  });
});

describe("snapshots", () => {
  test("the same object until something changes, and never changed in place", () => {
    const copy = new StateReplica();
    copy.apply(whole(1, { a: { deep: [1] } }));
    const first = copy.snapshot;
    expect(copy.snapshot).toBe(first);
    copy.apply({ version: 2 });
    expect(copy.snapshot).toBe(first);
    copy.apply(change(3, { b: 1 }));
    expect([copy.snapshot === first, first, copy.snapshot.a === first.a]).toEqual([false, { a: { deep: [1] } }, true]);
  });

  test("a whole map keeps the objects of values that are the same, and names only keys that are not", () => {
    const copy = new StateReplica();
    copy.apply(whole(1, { a: { x: 1 }, b: { x: 1 } }));
    const a = copy.get("a");
    expect(copy.apply(whole(9, { a: { x: 1 }, b: { x: 2 } }))?.keys).toEqual(["b"]);
    expect(copy.get("a")).toBe(a);
  });

  test("values are frozen through and through", () => {
    const copy = new StateReplica();
    copy.apply(whole(1, parsed('{"a":{"deep":[{"x":1}]}}')));
    const { a } = copy.snapshot as { a: { deep: { x: number }[] } };
    expect(() => a.deep.push({ x: 2 })).toThrow();
    expect(() => Object.assign(a.deep[0] ?? {}, { x: 2 })).toThrow();
    expect(() => Object.assign(copy.snapshot, { a: 2 })).toThrow();
  });
});

describe("hostile keys and frames", () => {
  test("R107: `__proto__` and other names of Object.prototype are keys like any other", () => {
    const copy = new StateReplica();
    const text = '{"__proto__":{"polluted":1},"constructor":2,"toString":3,"":4}';
    copy.apply(parsed(`{"version":1,"whole":true,"values":${text}}`));
    expect(JSON.stringify(copy.snapshot)).toBe(text);
    expect([copy.get("__proto__"), copy.get("hasOwnProperty"), copy.has("valueOf")]).toEqual([
      { polluted: 1 },
      undefined,
      false,
    ]);
    expect("polluted" in {}).toBe(false);
    copy.apply({ version: 2, deleted: ["__proto__"] });
    expect(copy.has("__proto__")).toBe(false);
  });

  test("lone surrogates are kept as they are", () => {
    const copy = new StateReplica();
    copy.apply(parsed('{"version":1,"whole":true,"values":{"\\ud800":"\\udfff"}}'));
    expect([copy.get("\ud800"), copy.get("\ufffd")]).toEqual(["\udfff", undefined]);
  });

  test("malformed frames are ignored", () => {
    const copy = new StateReplica();
    copy.apply(whole(1, { a: 1 }));
    for (const frame of [{}, { version: "2", values: { a: 2 } }, { whole: true, values: {} }, { version: null }])
      expect(copy.apply(frame)).toBeUndefined();
    expect(copy.apply({ version: 2, values: [1], deleted: { a: 1 } })).toEqual({ keys: [], whole: false });
    expect(copy.apply({ version: 3, values: null, deleted: [{}, 5, null] })).toEqual({ keys: [], whole: false });
    expect(copy.snapshot).toEqual({ a: 1 });
  });

  test("a value that must not be shown is missing, and leaves with the old one", () => {
    const copy = new StateReplica((_, value) => {
      if (typeof value !== "number") throw new Error("no number");
      return value;
    });
    expect(copy.apply(whole(1, { a: 1, b: "x" }))?.keys).toEqual(["a"]);
    expect(copy.apply(change(2, { a: "x" }))?.keys).toEqual(["a"]);
    expect([copy.version, copy.snapshot]).toEqual([2, {}]);
  });
});

test("R108: a difference that repeats a value keeps its object, and does not name its key", () => {
  const copy = new StateReplica();
  copy.apply(whole(1, { a: { x: 1 }, b: 1 }));
  const a = copy.get("a");
  const snapshot = copy.snapshot;
  expect(copy.apply(change(5, { a: { x: 1 }, b: 2 }))?.keys).toEqual(["b"]);
  expect([copy.get("a") === a, copy.snapshot === snapshot]).toEqual([true, false]);
  expect(copy.apply(change(6, { b: 2 }))).toEqual({ keys: [], whole: false });
  expect(copy.version).toBe(6);
});
