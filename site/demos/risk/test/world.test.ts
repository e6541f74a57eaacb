import { expect, test } from "bun:test";
import { landCells, touching } from "../map/cells.ts";
import { BORDERS, CONTINENTS, neighboursOf, TERRITORIES, territoriesOf } from "../rules/world.ts";

const all = TERRITORIES.map((_, index) => index);

test("42 territories on 6 continents, and 83 borders", () => {
  expect(TERRITORIES.length).toBe(42);
  expect(new Set(TERRITORIES.map(({ name }) => name)).size).toBe(42);
  expect(CONTINENTS.map(({ name, bonus }, index) => [name, territoriesOf(index).length, bonus])).toEqual([
    ["North America", 9, 5],
    ["South America", 4, 2],
    ["Europe", 7, 5],
    ["Africa", 6, 3],
    ["Asia", 12, 7],
    ["Australia", 4, 2],
  ]);
  expect(new Set(BORDERS.map((pair) => pair.toSorted((a, b) => a - b).join("-"))).size).toBe(83);
});

test("every border can be crossed in both directions, and none leads to itself", () => {
  for (const at of all) {
    for (const next of neighboursOf(at)) {
      expect(next).not.toBe(at);
      expect(neighboursOf(next)).toContain(at);
    }
  }
});

test("every territory can be reached from every other", () => {
  const reached = new Set([0]);
  for (const at of reached) for (const next of neighboursOf(at)) reached.add(next);
  expect(reached.size).toBe(42);
});

test("the drawing shows every territory, and territories touch only where there is a border", () => {
  const drawn = new Map<number, number>();
  for (const { territory } of landCells()) drawn.set(territory, (drawn.get(territory) ?? 0) + 1);
  expect(all.filter((at) => (drawn.get(at) ?? 0) < 10).map((at) => TERRITORIES[at]?.name)).toEqual([]);
  const borders = new Set(BORDERS.map((pair) => pair.toSorted((a, b) => a - b).join("-")));
  const named = (pair: string) =>
    pair
      .split("-")
      .map((at) => TERRITORIES[Number(at)]?.name ?? "")
      .join(" and ");
  expect([...touching()].filter((pair) => !borders.has(pair)).map(named)).toEqual([]);
  // The others are crossed by sea.
  expect([...borders].filter((pair) => !touching().has(pair)).map(named).length).toBe(23);
});
