import { expect, test } from "bun:test";
import fc from "fast-check";
import { COURT } from "../rules/court.ts";
import { alongBaseline, place, toCanvas } from "../view/geometry.ts";
import { tonesOf } from "../view/sounds.ts";

const size = fc.integer({ min: 200, max: 4_000 });

test("the whole court fits every screen, with the own side on the left or at the bottom, and a pointer finds its place", () => {
  fc.assert(
    fc.property(size, size, fc.constantFrom(0, 1, undefined), (width, height, side) => {
      const placement = place(width, height, side);
      for (const x of [0, COURT.width])
        for (const y of [0, COURT.height]) {
          const [left, top] = toCanvas(placement, x, y);
          expect(left >= 0 && left <= width && top >= 0 && top <= height).toBe(true);
          expect(alongBaseline(placement, width, height, left / width, top / height)).toBeCloseTo(y, 6);
        }
      const own = toCanvas(placement, side === 1 ? COURT.width : 0, 90);
      const other = toCanvas(placement, side === 1 ? 0 : COURT.width, 90);
      expect(height > width ? own[1] > other[1] : own[0] < other[0]).toBe(true);
    }),
  );
});

test("the pitch rises by a semitone with each strike, for two octaves", () => {
  const frequency = (strikes: number) =>
    tonesOf({ kind: "strike", seat: 0, x: 0, y: 0, power: false, strikes })[0]?.from ?? 0;
  expect(frequency(1)).toBe(220);
  expect(frequency(13)).toBeCloseTo(440, 6);
  expect(frequency(100)).toBeCloseTo(880, 6);
  for (const kind of ["point", "over"] as const)
    expect(tonesOf({ kind, side: 0, x: 0, y: 0 }).length).toBeGreaterThan(1);
});
