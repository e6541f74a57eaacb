import { type GameMap, heightOf, type Place, widthOf } from "../rules/game-map.ts";
import { MAP_SIZE } from "../rules/parse-map.ts";

/** What a press on the map does. */
export type Tool =
  | { readonly kind: "ground" | "thing"; readonly letter: string }
  | { readonly kind: "erase" }
  | { readonly kind: "sign"; readonly text: string }
  | { readonly kind: "spawn"; readonly monster: string }
  | { readonly kind: "find"; readonly item: string }
  | { readonly kind: "person"; readonly id: string }
  | { readonly kind: "exit"; readonly map: string; readonly x: number; readonly y: number }
  | { readonly kind: "house"; readonly house: GameMap["houses"][number]["kind"]; readonly roof: number };

const HOUSE_SIZE = {
  house: { w: 5, h: 4 },
  mill: { w: 4, h: 5 },
  cave: { w: 5, h: 3 },
  beacon: { w: 2, h: 3 },
} as const;

/** An empty meadow. */
export function newMap(id: string, width: number, height: number): GameMap {
  const w = Math.max(14, Math.min(MAP_SIZE.w, Math.round(width)));
  const h = Math.max(10, Math.min(MAP_SIZE.h, Math.round(height)));
  const rows = (letter: string) => Array.from({ length: h }, () => letter.repeat(w));
  return {
    ...{ id, name: "A new place", light: "sky", ground: rows("."), things: rows(".") },
    ...{ exits: [], signs: [], houses: [], people: [], spawns: [], finds: [] },
  };
}

const replaced = (rows: readonly string[], { x, y }: Place, letter: string): string[] =>
  rows.map((row, at) => (at === y ? row.slice(0, x) + letter + row.slice(x + 1) : row));

const isElsewhere =
  (place: Place) =>
  (other: Place): boolean =>
    other.x !== place.x || other.y !== place.y;

/** The map after one press. Outside the map nothing happens. */
export function edit(map: GameMap, tool: Tool, place: Place): GameMap {
  const { x, y } = place;
  if (x < 0 || y < 0 || x >= widthOf(map) || y >= heightOf(map)) return map;
  const free = isElsewhere(place);
  switch (tool.kind) {
    case "ground":
      return { ...map, ground: replaced(map.ground, place, tool.letter) };
    case "thing":
      return { ...map, things: replaced(map.things, place, tool.letter) };
    case "erase":
      return erased(map, place);
    case "sign":
      return { ...map, signs: [...map.signs.filter(free), { x, y, text: tool.text }] };
    case "spawn":
      return { ...map, spawns: [...map.spawns.filter(free), { x, y, kind: tool.monster }] };
    case "find":
      return { ...map, finds: [...map.finds.filter(free), { x, y, item: tool.item }] };
    case "person":
      return {
        ...map,
        people: [...map.people.filter((other) => free(other) && other.id !== tool.id), { x, y, id: tool.id }],
      };
    case "exit":
      return { ...map, exits: [...map.exits.filter(free), { x, y, to: { map: tool.map, x: tool.x, y: tool.y } }] };
    case "house": {
      const size = HOUSE_SIZE[tool.house];
      if (x + size.w > widthOf(map) || y + size.h > heightOf(map)) return map;
      return { ...map, houses: [...map.houses.filter(free), { x, y, ...size, roof: tool.roof, kind: tool.house }] };
    }
  }
}

/** Takes away what is on a tile; the ground remains. */
function erased(map: GameMap, place: Place): GameMap {
  const free = isElsewhere(place);
  return {
    ...map,
    things: replaced(map.things, place, "."),
    exits: map.exits.filter(free),
    signs: map.signs.filter(free),
    people: map.people.filter(free),
    spawns: map.spawns.filter(free),
    finds: map.finds.filter(free),
    houses: map.houses.filter(({ x, y, w, h }) => place.x < x || place.y < y || place.x >= x + w || place.y >= y + h),
  };
}

/** The map as a file that a person can read: one line for each row. */
export const toJson = (map: GameMap): string => `${JSON.stringify(map, null, 2)}\n`;
