import { exitAt, type GameMap, isFree, type MapPlace, stepsBetween } from "./game-map.ts";

export const STEP_TIME = 200;
/** Steps that may arrive at once after a hiccup, and after a dropped connection. */
export const BURST = { normal: 8, afterDrop: 40 } as const;
/** Clocks and timers are not exact. */
const TOLERANCE = 1.15;

export interface Steps {
  readonly left: number;
  readonly at: number;
}

/** The steps that somebody may make now. */
export function stepsNow({ left, at }: Steps, now: number, pace: number, burst: number = BURST.normal): number {
  const gained = (Math.max(0, now - at) / STEP_TIME) * pace * TOLERANCE;
  return Math.min(Math.max(burst, left), left + gained);
}

/**
 * Checks a move as every player does: the tile is free, the way is not longer than the time allows, and another map is entered through an exit.
 * Returns the number of steps it takes, or the reason why it is impossible.
 */
export function stepsTo(
  maps: ReadonlyMap<string, GameMap>,
  from: MapPlace,
  to: MapPlace,
  allowed: number,
  carries: (item: string) => boolean,
): number | string {
  const target = maps.get(to.map);
  if (!target || !isFree(target, to.x, to.y)) return "that tile is not free";
  if (from.map === to.map) {
    const steps = stepsBetween(from, to);
    return steps <= allowed ? steps : `${steps} steps at once`;
  }
  const map = maps.get(from.map);
  // The step onto the exit itself may have been skipped: only the latest position is delivered.
  const exit = map?.exits.find(
    ({ to: end, x, y }) =>
      end.map === to.map && stepsBetween(end, to) <= 2 && stepsBetween(from, { x, y }) <= Math.max(3, allowed),
  );
  if (!exit) return "another map without a way";
  if (exit.needs !== undefined && !carries(exit.needs)) return `the way is locked: it needs a ${exit.needs}`;
  return 1;
}

/** Where a step onto that tile leads: through an exit, if it has one. */
export function leadsTo(map: GameMap, x: number, y: number, carries: (item: string) => boolean): MapPlace {
  const exit = exitAt(map, x, y);
  return exit && (exit.needs === undefined || carries(exit.needs)) ? exit.to : { map: map.id, x, y };
}
