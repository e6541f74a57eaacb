import { canStep, DIRECTIONS, type Direction, stepFrom } from "./direction.ts";
import { type GameMap, type Place, stepsBetween } from "./game-map.ts";

/** Tiles looked at for one path: those of the largest map of the game. */
const MAX_TILES = 5_000;

/**
 * The shortest way to within `reach` steps of the target, as directions; undefined if there is none close by. Breadth first: all steps cost the same,
 * and the corner rule of `canStep` applies, which path libraries do not have.
 */
export function findPath(map: GameMap, from: Place, to: Place, reach = 0): Direction[] | undefined {
  const keyOf = ({ x, y }: Place) => y * 1_000 + x;
  const came = new Map<number, { readonly back: number; readonly direction: Direction }>();
  const queue: Place[] = [from];
  const start = keyOf(from);
  for (let head = 0; head < queue.length && head < MAX_TILES; head++) {
    const place = queue[head];
    if (!place) break;
    if (stepsBetween(place, to) <= reach) return trace(keyOf(place));
    // Straight steps first: a path without needless zigzags.
    for (const direction of [...DIRECTIONS].sort((a, b) => (a % 2) - (b % 2))) {
      const next = stepFrom(place, direction);
      const key = keyOf(next);
      if (key === start || came.has(key) || !canStep(map, place, direction)) continue;
      came.set(key, { back: keyOf(place), direction });
      queue.push(next);
    }
  }
  return undefined;

  function trace(end: number): Direction[] {
    const path: Direction[] = [];
    for (let key = end; key !== start; ) {
      const step = came.get(key);
      if (!step) break;
      path.push(step.direction);
      key = step.back;
    }
    return path.reverse();
  }
}
