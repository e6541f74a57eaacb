import { GROUNDS, THINGS } from "./tiles.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}
export interface MapPlace extends Place {
  readonly map: string;
}
export interface Exit extends Place {
  readonly to: MapPlace;
  /** An item one must carry. */
  readonly needs?: string;
}
export interface Sign extends Place {
  readonly text: string;
}
export interface House extends Place {
  /** Tiles that it covers; the door is at the bottom. */
  readonly w: number;
  readonly h: number;
  readonly roof: number;
  readonly kind: "house" | "mill" | "cave" | "beacon";
}
export interface Spawn extends Place {
  readonly kind: string;
}
export interface Find extends Place {
  readonly item: string;
}

/** A map as it is stored: plain JSON. */
export interface GameMap {
  readonly id: string;
  readonly name: string;
  readonly light: "sky" | "room" | "dark";
  readonly ground: readonly string[];
  readonly things: readonly string[];
  readonly exits: readonly Exit[];
  readonly signs: readonly Sign[];
  readonly houses: readonly House[];
  readonly people: readonly (Place & { readonly id: string })[];
  readonly spawns: readonly Spawn[];
  /** Items that lie there and grow again. */
  readonly finds: readonly Find[];
}

export const widthOf = (map: GameMap): number => map.ground[0]?.length ?? 0;
export const heightOf = (map: GameMap): number => map.ground.length;

export const groundAt = (map: GameMap, x: number, y: number): string => map.ground[y]?.[x] ?? " ";
export const thingAt = (map: GameMap, x: number, y: number): string => map.things[y]?.[x] ?? ".";

const solids = new WeakMap<GameMap, Uint8Array>();

function solidTiles(map: GameMap): Uint8Array {
  const width = widthOf(map);
  const height = heightOf(map);
  const solid = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const walkable = GROUNDS[groundAt(map, x, y)]?.walkable === true;
      if (!walkable || THINGS[thingAt(map, x, y)]?.solid === true) solid[y * width + x] = 1;
    }
  }
  for (const { x, y, w, h } of map.houses) {
    for (let row = y; row < y + h; row++) for (let at = x; at < x + w; at++) solid[row * width + at] = 1;
  }
  for (const { x, y } of [...map.signs, ...map.people]) solid[y * width + x] = 1;
  // A door is part of a house, and one walks into it.
  for (const { x, y } of map.exits) solid[y * width + x] = 0;
  return solid;
}

/** Whether somebody may be on that tile. */
export function isFree(map: GameMap, x: number, y: number): boolean {
  const width = widthOf(map);
  if (!Number.isInteger(x) || !Number.isInteger(y) || x < 0 || y < 0 || x >= width || y >= heightOf(map)) return false;
  let solid = solids.get(map);
  if (!solid) {
    solid = solidTiles(map);
    solids.set(map, solid);
  }
  return solid[y * width + x] === 0;
}

export const exitAt = (map: GameMap, x: number, y: number): Exit | undefined =>
  map.exits.find((exit) => exit.x === x && exit.y === y);

/** Distance in steps, as diagonal steps are allowed. */
export const stepsBetween = (a: Place, b: Place): number => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));

export const isNear = (a: MapPlace, b: MapPlace, steps: number): boolean =>
  a.map === b.map && stepsBetween(a, b) <= steps;
