import { expect, test } from "bun:test";
import fc from "fast-check";
import { courtsOf, drawn, formatFor, type Plan } from "../rules/pairings.ts";
import { randomFrom } from "../rules/random.ts";

const computer = (seat: number) => `computer ${seat}`;
const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);
const plan = (format: Plan["format"], count: number): Plan => ({
  format,
  goal: 3,
  entrants: names(count),
  results: [],
});

test("nobody who wants to play only watches", () => {
  expect(formatFor("match", 1)).toBe("match");
  expect(formatFor("match", 2)).toBe("match");
  expect(formatFor("match", 3)).toBe("tournament");
  expect(formatFor("doubles", 3)).toBe("doubles");
  expect(formatFor("doubles", 5)).toBe("tournament");
  expect(formatFor("tournament", 2)).toBe("match");
});

test("the computer fills empty seats", () => {
  expect(courtsOf(plan("match", 1), computer)).toEqual([{ id: "0-0", seats: ["p0", "computer 1"] }]);
  expect(courtsOf(plan("doubles", 3), computer)).toEqual([{ id: "0-0", seats: ["p0", "p1", "p2", "computer 3"] }]);
});

test("a tournament plays all matches of which both players are known at the same time", () => {
  expect(courtsOf(plan("tournament", 8), computer)).toHaveLength(4);
  const after: Plan = { ...plan("tournament", 4), results: [["0-0", "p0"]] };
  expect(courtsOf(after, computer).map(({ seats }) => seats)).toEqual([["p1", "p2"]]);
  expect(courtsOf({ ...after, results: [...after.results, ["0-1", "p2"]] }, computer)).toEqual([
    { id: "1-0", seats: ["p0", "p2"] },
  ]);
});

test("a draw contains everybody once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(), (count, seed) => {
      expect(drawn(names(count), randomFrom(seed)).toSorted()).toEqual(names(count).toSorted());
    }),
  );
});
