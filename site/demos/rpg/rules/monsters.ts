import { canStep, DIRECTIONS, type Direction, directionOf, stepFrom } from "./direction.ts";
import { setMonster, strikeBack } from "./fight.ts";
import { type GameMap, isNear, type Place, stepsBetween } from "./game-map.ts";
import type { Hero } from "./hero.ts";
import { isMonsterKind, kindOf } from "./monster-kinds.ts";
import { between, nextRandom } from "./random.ts";
import { type Monster, present, type Turn } from "./world.ts";

/** Steps from its home that a monster goes after somebody, and for a stroll. */
const ROAM = 7;
const STROLL = 3;
/** It gives up after so long out of reach, ms. */
const GIVE_UP = 4_000;
/** Nobody should see one appear: it waits until nobody is so near, but not for longer than this, ms. Who waits for it meets it. */
const CLEAR = 4;
const HIDES = 10_000;
/** Monsters further away from everybody sleep: they cost nothing. */
const AWAKE = 22;

/** The monsters of a map as they are at first. Their ids are the same on every host. */
export function monstersOf(map: GameMap): Monster[] {
  return map.spawns.flatMap(({ kind, x, y }, at) =>
    isMonsterKind(kind) ? [fresh(`${map.id}/${at}`, kind, map.id, { x, y })] : [],
  );
}

function fresh(id: string, kind: Monster["kind"], map: string, home: Place): Monster {
  return {
    id,
    kind,
    map,
    ...home,
    home,
    health: kindOf(kind).health,
    chases: undefined,
    closeAt: 0,
    moveAt: 0,
    readyAt: 0,
    deadUntil: undefined,
  };
}

/** What all monsters do now. */
export function runMonsters(turn: Turn): undefined {
  const heroes = [...turn.world.heroes.values()].filter(({ id }) => present(turn.world, id));
  for (const monster of [...turn.world.monsters.values()]) {
    const near = heroes.filter((hero) => isNear(hero, monster, AWAKE));
    if (monster.deadUntil !== undefined) rise(turn, monster, near);
    else if (near.length > 0) act(turn, monster, near);
  }
}

function rise(turn: Turn, monster: Monster, near: readonly Hero[]): undefined {
  if (monster.deadUntil === undefined || turn.at < monster.deadUntil) return;
  const isLate = turn.at >= monster.deadUntil + HIDES;
  if (!isLate && near.some((hero) => stepsBetween(hero, monster.home) <= CLEAR)) return;
  setMonster(turn, fresh(monster.id, monster.kind, monster.map, monster.home));
}

function act(turn: Turn, monster: Monster, near: readonly Hero[]): undefined {
  const { at, world } = turn;
  const target = targetOf(turn, monster, near);
  if (!target) return stroll(turn, monster);
  const kind = kindOf(monster.kind);
  const reach = stepsBetween(monster, target);
  const closeAt = reach <= 1 || monster.chases !== target.id ? at : monster.closeAt;
  const next: Monster = { ...monster, chases: target.id, closeAt };
  if (reach <= 1) {
    if (at < monster.readyAt) return;
    // The first blow does not come at once: one sees the monster before one feels it.
    const first = monster.chases === undefined;
    setMonster(turn, { ...next, readyAt: at + (first ? kind.strikeTime / 2 : kind.strikeTime) });
    // Stepping on the monster is possible, walking away in time as well.
    if (!first) strikeBack(turn, next, world.heroes.get(target.id) ?? target);
    return;
  }
  if (at < monster.moveAt) return;
  const direction = towards(turn, next, target);
  const to = direction === undefined ? next : { ...next, ...stepFrom(next, direction) };
  setMonster(turn, { ...to, moveAt: at + kind.stepTime / world.pace });
}

/** Whom it goes after: one it chases already, or the nearest that it notices. */
function targetOf({ at }: Turn, monster: Monster, near: readonly Hero[]): Hero | undefined {
  const kind = kindOf(monster.kind);
  const chased = near.find(({ id }) => id === monster.chases);
  const inReach = (hero: Hero) => stepsBetween(hero, monster.home) <= ROAM + 1;
  if (chased && inReach(chased) && at - monster.closeAt < GIVE_UP) return chased;
  return near
    .filter((hero) => hero !== chased && inReach(hero) && stepsBetween(hero, monster) <= kind.notices)
    .sort((a, b) => stepsBetween(a, monster) - stepsBetween(b, monster) || (a.id < b.id ? -1 : 1))[0];
}

/** The step that brings it closer, around a corner if need be; never further than it may roam. */
function towards({ world }: Turn, monster: Monster, to: Place): Direction | undefined {
  const map = world.maps.get(monster.map);
  const straight = directionOf(to.x - monster.x, to.y - monster.y);
  if (!map || straight === undefined) return undefined;
  for (const turnBy of [0, 1, 7, 2, 6]) {
    const direction = DIRECTIONS[(straight + turnBy) % 8];
    if (direction === undefined || !canStep(map, monster, direction)) continue;
    const next = stepFrom(monster, direction);
    if (stepsBetween(next, monster.home) <= ROAM && !isTaken(world.monsters.values(), monster, next)) return direction;
  }
  return undefined;
}

function isTaken(monsters: Iterable<Monster>, own: Monster, place: Place): boolean {
  for (const { id, map, x, y, deadUntil } of monsters) {
    if (map === own.map && x === place.x && y === place.y && id !== own.id && deadUntil === undefined) return true;
  }
  return false;
}

/** Goes home, heals, and wanders about a little. */
function stroll(turn: Turn, monster: Monster): undefined {
  const { at, world } = turn;
  if (at < monster.moveAt) return;
  const kind = kindOf(monster.kind);
  const away = stepsBetween(monster, monster.home) > STROLL;
  const calm: Monster = {
    ...monster,
    chases: undefined,
    health: monster.chases === undefined ? monster.health : kind.health,
  };
  const idle = !away && nextRandom(world) < 0.75;
  if (idle) {
    if (monster.chases !== undefined) setMonster(turn, calm);
    else world.monsters.set(monster.id, { ...calm, moveAt: at + kind.stepTime * 2 });
    return;
  }
  const anywhere = { x: monster.x + between(world, -2, 2), y: monster.y + between(world, -2, 2) };
  const direction = towards(turn, monster, away ? monster.home : anywhere);
  const next = direction === undefined ? calm : { ...calm, ...stepFrom(calm, direction) };
  setMonster(turn, { ...next, moveAt: at + (kind.stepTime * (away ? 1 : 2)) / world.pace });
}
