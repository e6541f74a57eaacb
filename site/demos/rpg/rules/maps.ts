import cave from "../maps/cave.json";
import forest from "../maps/forest.json";
import inn from "../maps/inn.json";
import mira from "../maps/mira.json";
import smith from "../maps/smith.json";
import village from "../maps/village.json";
import type { GameMap } from "./game-map.ts";
import { parseMap } from "./parse-map.ts";

function load(json: unknown): GameMap {
  const map = parseMap(json);
  if (typeof map === "string") throw new Error(`a map of the game is broken: ${map}`);
  return map;
}

/** The maps of the world, by id. */
export const MAPS: ReadonlyMap<string, GameMap> = new Map(
  [village, forest, cave, inn, mira, smith].map(load).map((map) => [map.id, map]),
);
