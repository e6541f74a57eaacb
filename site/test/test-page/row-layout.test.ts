import { expect, test } from "bun:test";
import fc from "fast-check";
import { RowLayout } from "../../pages/test/model/row-layout.ts";

test("rows with explanations and details are found by their offset", () => {
  const layout = new RowLayout(5, [1, 3], { row: 10, note: 5 }, { index: 1, height: 100 });
  expect([0, 1, 2, 3, 4, 5].map((index) => layout.offsetOf(index))).toEqual([0, 10, 125, 135, 150, 160]);
  expect([0, 9, 10, 124, 125, 149, 150, 999].map((offset) => layout.indexAt(offset))).toEqual([0, 0, 1, 1, 2, 3, 4, 4]);
  expect(new RowLayout(0, [], { row: 10, note: 5 }, undefined).indexAt(50)).toBe(0);
});

test("any row is found at its own offset", () => {
  const notes = fc.uniqueArray(fc.nat(99)).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(notes, fc.nat(99), fc.nat(500), fc.nat(99), (noted, index, height, row) => {
      const layout = new RowLayout(100, noted, { row: 30, note: 24 }, { index, height });
      expect(layout.indexAt(layout.offsetOf(row))).toBe(row);
    }),
  );
});
