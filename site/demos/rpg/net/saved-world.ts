import { SOUTH } from "../rules/direction.ts";
import type { GameMap } from "../rules/game-map.ts";
import type { Hero } from "../rules/hero.ts";
import { kindOf } from "../rules/monster-kinds.ts";
import { BURST } from "../rules/moves.ts";
import { createWorld } from "../rules/reduce.ts";
import type { Drop, Monster, Trade, World } from "../rules/world.ts";
import type { DropValue, HeroValue, MonsterValue, PlaceValue } from "./protocol.ts";

/** What is left of a world in the state of the room. */
export interface SavedWorld {
  readonly world:
    | {
        readonly seed: number;
        readonly nextId: number;
        readonly pace: number;
        readonly regrows: readonly (readonly [string, number])[];
      }
    | undefined;
  readonly heroes: readonly HeroValue[];
  readonly places: readonly PlaceValue[];
  readonly drops: readonly DropValue[];
  readonly trades: readonly Trade[];
  /** By map. */
  readonly monsters: ReadonlyMap<string, readonly MonsterValue[]>;
}

/** A hero without what only its host needs, and without its place, which has a message of its own. */
export function heroValue({
  x: _x,
  y: _y,
  direction: _d,
  readyAt: _r,
  foughtAt: _f,
  steps: _s,
  goneAt,
  ...hero
}: Hero): HeroValue {
  return { ...hero, bag: [...hero.bag], ...(goneAt !== undefined && { goneAt }) };
}

export const placeValue = ({ id, map, x, y, direction }: Hero): PlaceValue => [id, map, x, y, direction];

export function monsterValue(monster: Monster): MonsterValue {
  const number = Number(monster.id.split("/")[1]);
  return [number, monster.x, monster.y, monster.health, monster.chases === undefined ? 0 : 1];
}

/** Whether a monster is as it was at first: then nobody needs to be told. */
export const isUntouched = ({ x, y, home, health, kind }: Monster): boolean =>
  x === home.x && y === home.y && health === kindOf(kind).health;

/** How long a monster that died under the host before stays away, ms: the time of its death is not known. */
const RESPAWN = 30_000;

/** The world of the host before, as far as its checkpoint knows it. `seen` are places that this player has seen since. */
export function restoreWorld(
  maps: ReadonlyMap<string, GameMap>,
  saved: SavedWorld,
  seen: readonly PlaceValue[],
  now: number,
  pace: number,
): World {
  const { world: facts } = saved;
  const world = createWorld(maps, facts?.seed ?? now & 0x7fffffff, facts?.pace ?? pace);
  world.nextId = facts?.nextId ?? 1;
  for (const [place, at] of facts?.regrows ?? []) world.regrows.set(place, at);
  const places = new Map([...saved.places, ...seen].map((entry) => [entry[0], entry]));
  for (const value of saved.heroes) world.heroes.set(value.id, heroFrom(value, places.get(value.id), maps, now));
  for (const drop of saved.drops) world.drops.set(drop.id, dropFrom(drop));
  for (const trade of saved.trades) world.trades.set(trade.id, trade);
  for (const [map, values] of saved.monsters) {
    for (const [number, x, y, health] of values) {
      const monster = world.monsters.get(`${map}/${number}`);
      if (!monster) continue;
      const deadUntil = health === 0 ? now + RESPAWN : undefined;
      world.monsters.set(monster.id, { ...monster, x, y, health, deadUntil });
    }
  }
  return world;
}

function heroFrom(
  value: HeroValue,
  place: PlaceValue | undefined,
  maps: ReadonlyMap<string, GameMap>,
  now: number,
): Hero {
  const [, map, x, y, direction] =
    place && maps.has(place[1]) ? place : ([value.id, "village", 27, 20, SOUTH] as const);
  return {
    ...{ ...value, goneAt: value.goneAt, map, x, y, direction },
    ...{ readyAt: 0, foughtAt: now, steps: { left: BURST.afterDrop, at: now } },
  };
}

const dropFrom = (value: DropValue): Drop => value;
