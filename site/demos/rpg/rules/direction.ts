import { type GameMap, isFree, type Place } from "./game-map.ts";

/** Clockwise from north: 0 north, 1 north-east, 2 east … 7 north-west. */
export type Direction = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const DIRECTIONS: readonly Direction[] = [0, 1, 2, 3, 4, 5, 6, 7];
export const SOUTH: Direction = 4;

const DX = [0, 1, 1, 1, 0, -1, -1, -1] as const;
const DY = [-1, -1, 0, 1, 1, 1, 0, -1] as const;

export const stepFrom = ({ x, y }: Place, direction: Direction): Place => ({
  x: x + DX[direction],
  y: y + DY[direction],
});

/** The direction of a vector; `undefined` for no movement. */
export function directionOf(dx: number, dy: number): Direction | undefined {
  if (dx === 0 && dy === 0) return undefined;
  const eighth = Math.round((Math.atan2(dx, -dy) / Math.PI) * 4);
  return DIRECTIONS[(eighth + 8) % 8];
}

/** A diagonal step needs both corners free: nobody slips between two houses. */
export function canStep(map: GameMap, from: Place, direction: Direction): boolean {
  const to = stepFrom(from, direction);
  if (!isFree(map, to.x, to.y)) return false;
  if (direction % 2 === 0) return true;
  return isFree(map, to.x, from.y) && isFree(map, from.x, to.y);
}

/** The step that is possible: along a wall, a diagonal one becomes straight. */
export function slide(map: GameMap, from: Place, direction: Direction): Direction | undefined {
  if (canStep(map, from, direction)) return direction;
  if (direction % 2 === 0) return undefined;
  for (const turn of [1, 7]) {
    const other = DIRECTIONS[(direction + turn) % 8];
    if (other !== undefined && canStep(map, from, other)) return other;
  }
  return undefined;
}
