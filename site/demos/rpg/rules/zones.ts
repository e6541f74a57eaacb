import { type GameMap, heightOf, type MapPlace, widthOf } from "./game-map.ts";

/** Size of an area of interest, in tiles. Each is a hub of its own. */
export const ZONE = { w: 28, h: 12 } as const;
/** What one wants to know about, in tiles around oneself: a screen and a little more. */
export const SIGHT = { x: 18, y: 12 } as const;
/** A zone is left only when it is this much further away, so that walking along an edge does not join and leave all the time. */
const SLACK = 3;

export const zoneOf = ({ map, x, y }: MapPlace): string => `${map}.${Math.floor(x / ZONE.w)}.${Math.floor(y / ZONE.h)}`;

function within({ map, x, y }: MapPlace, slack: number, size: { readonly w: number; readonly h: number }): string[] {
  const clamp = (value: number, limit: number) => Math.max(0, Math.min(limit - 1, value));
  const zones: string[] = [];
  const right = Math.floor(clamp(x + SIGHT.x + slack, size.w) / ZONE.w);
  const bottom = Math.floor(clamp(y + SIGHT.y + slack, size.h) / ZONE.h);
  for (let row = Math.floor(clamp(y - SIGHT.y - slack, size.h) / ZONE.h); row <= bottom; row++) {
    for (let at = Math.floor(clamp(x - SIGHT.x - slack, size.w) / ZONE.w); at <= right; at++)
      zones.push(`${map}.${at}.${row}`);
  }
  return zones;
}

/** The zones to be in at a place, given those one is in now: the own one and those neighbours that are close enough to be seen. */
export function zonesNear(map: GameMap, place: MapPlace, now: ReadonlySet<string> = new Set()): Set<string> {
  const size = { w: widthOf(map), h: heightOf(map) };
  const zones = new Set(within(place, 0, size));
  for (const zone of within(place, SLACK, size)) if (now.has(zone)) zones.add(zone);
  return zones;
}

/** All zones of a map. */
export function zonesOf(map: GameMap): string[] {
  const zones: string[] = [];
  for (let y = 0; y < heightOf(map); y += ZONE.h)
    for (let x = 0; x < widthOf(map); x += ZONE.w) zones.push(zoneOf({ map: map.id, x, y }));
  return zones;
}
