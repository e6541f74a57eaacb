import * as v from "valibot";
import type { GameMap } from "./game-map.ts";
import { isItemId } from "./items.ts";
import { isMonsterKind } from "./monster-kinds.ts";
import { PEOPLE } from "./people.ts";
import { GROUNDS, THINGS } from "./tiles.ts";

/** Larger maps would not fit into one picture on a phone. */
export const MAP_SIZE = { w: 128, h: 96 } as const;

const coordinate = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAP_SIZE.w));
const place = { x: coordinate, y: coordinate };
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(40));
const rowsOf = (letters: object) =>
  v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.maxLength(MAP_SIZE.w),
        v.check((row) => [...row].every((letter) => Object.hasOwn(letters, letter)), "unknown tile"),
      ),
    ),
    v.minLength(4),
    v.maxLength(MAP_SIZE.h),
  );
const listOf = <const T extends v.ObjectEntries>(entries: T) => v.pipe(v.array(v.object(entries)), v.maxLength(200));

/** A map from anywhere, such as a file. */
export const mapSchema = v.pipe(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,19}$/)),
    name,
    light: v.picklist(["sky", "room", "dark"]),
    ground: rowsOf(GROUNDS),
    things: rowsOf(THINGS),
    exits: listOf({
      ...place,
      to: v.object({ map: name, ...place }),
      needs: v.exactOptional(v.pipe(v.string(), v.check(isItemId))),
    }),
    signs: listOf({ ...place, text: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }),
    houses: listOf({
      ...place,
      w: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(12)),
      h: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(12)),
      roof: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15)),
      kind: v.picklist(["house", "mill", "cave", "beacon"]),
    }),
    people: listOf({
      ...place,
      id: v.pipe(
        v.string(),
        v.check((id) => PEOPLE.has(id)),
      ),
    }),
    spawns: listOf({ ...place, kind: v.pipe(v.string(), v.check(isMonsterKind)) }),
    finds: listOf({ ...place, item: v.pipe(v.string(), v.check(isItemId)) }),
  }),
  v.check(({ ground, things }) => {
    const width = ground[0]?.length ?? 0;
    return ground.length === things.length && [...ground, ...things].every((row) => row.length === width);
  }, "all rows have the same length"),
);

/** The map, or what is wrong with it. */
export function parseMap(json: unknown): GameMap | string {
  const parsed = v.safeParse(mapSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  return `${v.getDotPath(issue) ?? "the map"}: ${issue.message}`;
}
