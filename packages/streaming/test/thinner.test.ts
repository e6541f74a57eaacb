import { expect, test } from "bun:test";
import fc from "fast-check";
import { GAP, Rows, Thinner } from "../src/index.ts";

function thinned(values: readonly (readonly number[])[], step: number) {
  const rows = new Rows();
  for (const [row, one] of values.entries()) rows.push(10_000 + row * step, one);
  const thinner = new Thinner();
  // In batches, as a publisher adds them.
  while (rows.length > 0) thinner.add(rows.take(37));
  return thinner.take(Number.POSITIVE_INFINITY);
}

test("first, lowest, highest and last of each 200 ms remain, with their own times, and what they stand for is counted", () => {
  const values = Array.from({ length: 1_000 }, (_, row) => [Math.sin(row / 20), row === 333 ? 50 : 0]);
  const result = thinned(values, 1);
  expect(result?.of).toBe(1_000);
  expect(result?.rows.length).toBeLessThan(5 * 6 + 1);
  const { times = [], columns = [] } = result?.rows ?? {};
  // The only peak of the second series is at its time.
  expect(columns[1]?.[times.indexOf(10_333)]).toBe(50);
  expect(Math.max(...(columns[0] ?? []))).toBe(Math.max(...values.map(([value = 0]) => value)));
});

test("for any values, each bin keeps the extremes of each series, a gap stays a gap, and times do not decrease", () => {
  const value = fc.oneof(fc.integer({ min: -99, max: 99 }), fc.constant(GAP), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 200 }), (values) => {
      const { rows } = thinned(values, 7) ?? { rows: new Rows() };
      for (const series of [0, 1]) {
        const all = values.map((row) => row[series] ?? 0);
        const kept = rows.columns[series] ?? [];
        const finite = (list: readonly number[]) => list.filter(Number.isFinite);
        expect(Math.max(...finite(kept))).toBe(Math.max(...finite(all)));
        expect(Math.min(...finite(kept))).toBe(Math.min(...finite(all)));
        expect(kept.includes(GAP)).toBe(all.includes(GAP));
      }
      expect([...rows.times].sort((one, other) => one - other)).toEqual(rows.times);
    }),
  );
});

test("an open bin waits until its time has passed", () => {
  const rows = new Rows();
  rows.push(10_000, [1]);
  const thinner = new Thinner();
  thinner.add(rows);
  expect(thinner.take(10_199)).toBeUndefined();
  expect(thinner.take(10_200)?.of).toBe(1);
  expect(thinner.take(10_400)).toBeUndefined();
});
