import { expect, test } from "bun:test";
import fc from "fast-check";
import { edit, newMap, toJson } from "../editor/edit.ts";
import { TOOLS } from "../editor/tools.ts";
import { heightOf, widthOf } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import { parseMap } from "../rules/parse-map.ts";

test("a map stays valid whatever is drawn on it, and a saved one opens as the same map", () => {
  const press = fc.record({
    tool: fc.constantFrom(...TOOLS),
    x: fc.integer({ min: -2, max: 45 }),
    y: fc.integer({ min: -2, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(press, { maxLength: 60 }), (presses) => {
      const map = presses.reduce((before, { tool, x, y }) => edit(before, tool.tool, { x, y }), newMap("test", 40, 28));
      expect([widthOf(map), heightOf(map)]).toEqual([40, 28]);
      expect(parseMap(JSON.parse(toJson(map)))).toEqual(map);
    }),
    { numRuns: 60 },
  );
});

test("the maps of the game can be edited and saved without loss", () => {
  for (const map of MAPS.values()) expect(parseMap(JSON.parse(toJson(map)))).toEqual(map);
});
