import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ABSENT, type Batch, batchFrom, cleanText, GAP, LIMITS, Rows } from "../src/index.ts";

const NOW = 1_764_190_000_000;

function batchOf(data: Record<string, unknown>): Batch {
  const reading = batchFrom(data, NOW);
  if ("reason" in reading) throw new Error(reading.reason);
  return reading.batch;
}
const reasonOf = (data: Record<string, unknown>): string | undefined => {
  const reading = batchFrom(data, NOW);
  return "reason" in reading ? reading.reason : undefined;
};
const columnsOf = (data: Record<string, unknown>) =>
  Object.fromEntries([...batchOf(data).columns].map(([name, values]) => [name, [...values]]));

describe("what docs/streaming.md describes", () => {
  test("the smallest message is one row at the time of its arrival", () => {
    const { times, columns, n, of } = batchOf({ v: { volts: 3.3 } });
    expect([...times]).toEqual([NOW]);
    expect([...columns].map(([name, values]) => [name, [...values]])).toEqual([["volts", [3.3]]]);
    expect([n, of]).toEqual([undefined, 1]);
  });

  test("several rows, with a regular spacing or with one offset for each", () => {
    expect([...batchOf({ t: 1_000, dt: 0.5, v: { a: [1, 2, 3] } }).times]).toEqual([1_000, 1_000.5, 1_001]);
    expect([...batchOf({ t: 1_000, dt: [0, 4, 4], v: { a: [1, 2, 3] } }).times]).toEqual([1_000, 1_004, 1_004]);
  });

  test("null is a gap, false leaves the series out of this row", () => {
    expect(columnsOf({ t: 0, dt: 1, v: { a: [1, null, false] } })).toEqual({ a: [1, GAP, ABSENT] });
  });

  test("a message without values describes the stream", () => {
    const { times, about } = batchOf({
      v: {},
      about: { title: " Bench\n ", units: { volts: "V" }, thin: true, interval: 1_000 },
    });
    expect(times.length).toBe(0);
    expect(about).toMatchObject({ title: "Bench", thin: true, interval: 1_000 });
    expect(about?.units?.volts).toBe("V");
  });
});

describe("hostile publishers", () => {
  test("what conforms to nothing is rejected with a reason", () => {
    expect(reasonOf({})).toContain("v is not an object");
    expect(reasonOf({ v: [1] })).toContain("v is not an object");
    expect(reasonOf({ v: { a: 1 }, t: "now" })).toContain("t is not a time");
    expect(reasonOf({ v: { a: 1 }, t: 1e300 })).toContain("t is not a time");
    expect(reasonOf({ v: { a: [1, 2] } })).toContain("dt is neither");
    expect(reasonOf({ v: { a: [1, 2] }, dt: -1 })).toContain("dt is neither");
    expect(reasonOf({ v: { a: [1, 2] }, dt: [5, 0] })).toContain("dt is neither");
    expect(reasonOf({ v: { a: new Array(LIMITS.rows + 1).fill(1) }, dt: 1 })).toContain(`${LIMITS.rows} rows`);
    expect(reasonOf({ v: { a: [1, 2], b: [1] }, dt: 1 })).toBeUndefined();
    expect(reasonOf({ v: { "": 1, "\u202e": 2 } })).toContain("no series");
  });

  test("values that are no numbers, or too large to be drawn, are gaps", () => {
    const huge = JSON.parse('{"v":{"a":1e999,"b":"1","c":{},"d":true,"e":-1e16,"f":1e15}}');
    expect(columnsOf(huge)).toEqual({ a: [GAP], b: [GAP], c: [GAP], d: [GAP], e: [GAP], f: [1e15] });
  });

  test("too many series are left out and counted, and names are short, on one line and cannot turn the text around", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`s${at}`, at]));
    const { columns, ignored } = batchOf({ v: many });
    expect([columns.size, ignored]).toEqual([LIMITS.series, 1_000 - LIMITS.series]);
    expect(cleanText(`a\u202eb\n  c${"x".repeat(5_000)}`)).toBe(`ab c${"x".repeat(LIMITS.text - 4)}`);
  });

  test("__proto__ is a name like any other", () => {
    const data = JSON.parse('{"v":{"__proto__":5,"constructor":6},"about":{"units":{"__proto__":"V"}}}');
    const { columns, about } = batchOf(data);
    expect([...columns.keys()]).toEqual(["__proto__", "constructor"]);
    expect(Object.keys(about?.units ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("any JSON gives rows of one length, in order, or a reason", () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.record({ v: json, t: json, dt: json, n: json, of: json, about: json }, { requiredKeys: [] }),
        (data) => {
          const reading = batchFrom(data, NOW);
          if ("reason" in reading) return;
          const { times, columns, of } = reading.batch;
          for (const values of columns.values()) expect(values.length).toBe(times.length);
          for (const [row, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(times[row - 1] ?? 0);
          expect(of).toBeGreaterThanOrEqual(times.length);
        },
      ),
    );
  });
});

test("what is published is what is read", () => {
  const rows = new Rows();
  rows.push(1_000, [1]);
  rows.push(1_000.8, [2.5, GAP]);
  rows.push(1_001.6, [ABSENT, -3]);
  const message = rows.message(["a", "b"]);
  expect(message).toMatchObject({ t: 1_000, dt: 0.8, v: { a: [1, 2.5, false], b: [false, null, -3] } });
  const sent: Record<string, unknown> = JSON.parse(JSON.stringify(message));
  expect([...batchOf(sent).times]).toEqual([1_000, 1_000.8, 1_001.6]);
  expect(columnsOf(sent)).toEqual({ a: [1, 2.5, ABSENT], b: [ABSENT, GAP, -3] });
});
