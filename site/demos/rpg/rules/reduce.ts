import type { Bag } from "./bag.ts";
import { dropsOn, lay, MAX_DROPS, pickUp, putDown, remove, takeOff, use, wear } from "./belongings.ts";
import type { Direction } from "./direction.ts";
import { strike } from "./fight.ts";
import { type GameMap, type MapPlace, stepsBetween } from "./game-map.ts";
import { type Character, enter, type Hero, maxHealth } from "./hero.ts";
import { type ItemId, isItemId, type Slot } from "./items.ts";
import { isLook, type Look } from "./look.ts";
import { monstersOf, runMonsters } from "./monsters.ts";
import { BURST, stepsNow, stepsTo } from "./moves.ts";
import { choose } from "./talk.ts";
import { acceptTrade, askTrade, cancelTrade, checkDistance, offer, openTrade } from "./trade.ts";
import { changed, type Effect, present, refuse, setHero, type Turn, type World } from "./world.ts";

/** What a player asks the host for. */
export type Act =
  | { readonly do: "strike"; readonly monster: string }
  | { readonly do: "take"; readonly drop: number }
  | { readonly do: "drop"; readonly item: ItemId; readonly count: number }
  | { readonly do: "use"; readonly item: ItemId }
  | { readonly do: "wear"; readonly item: ItemId }
  | { readonly do: "takeOff"; readonly slot: Slot }
  | { readonly do: "dress"; readonly look: Look; readonly name: string }
  | { readonly do: "choose"; readonly person: string; readonly node: string; readonly choice: number }
  | { readonly do: "askTrade"; readonly player: string }
  | { readonly do: "openTrade" }
  | { readonly do: "offer"; readonly stacks: Bag }
  | { readonly do: "accept"; readonly revision: number }
  | { readonly do: "cancel" };

/** Everything that changes a world. A log of these, in order, gives the same world everywhere. */
export type GameEvent = { readonly at: number } & (
  | { readonly type: "tick" }
  | { readonly type: "arrive"; readonly who: string; readonly character: Character }
  | { readonly type: "away"; readonly who: string; readonly away: boolean }
  | { readonly type: "leave"; readonly who: string }
  | { readonly type: "step"; readonly who: string; readonly place: MapPlace; readonly direction: Direction }
  | { readonly type: "act"; readonly who: string; readonly act: Act }
);

/** How long a world remembers who left, ms. Their own browser remembers them for longer. */
const REMEMBERS = 600_000;
const HEALING = { every: 2_000, after: 5_000 } as const;

export function createWorld(maps: ReadonlyMap<string, GameMap>, seed: number, pace = 1): World {
  const monsters = [...maps.values()].flatMap(monstersOf).map((monster) => [monster.id, monster] as const);
  return {
    maps,
    pace,
    seed,
    nextId: 1,
    heroes: new Map(),
    monsters: new Map(monsters),
    drops: new Map(),
    trades: new Map(),
    regrows: new Map(),
  };
}

/** Carries out one event: changes the world and returns what happened. No time, chance or network except what the event and the world contain. */
export function reduce(world: World, event: GameEvent): Effect[] {
  const turn: Turn = { world, at: event.at, effects: [] };
  switch (event.type) {
    case "tick":
      runMonsters(turn);
      grow(turn);
      tend(turn);
      break;
    case "arrive":
      arrive(turn, event.who, event.character);
      break;
    case "away":
      setAway(turn, event.who, event.away);
      break;
    case "leave":
      leave(turn, event.who);
      break;
    case "step":
      step(turn, event.who, event.place, event.direction);
      break;
    case "act": {
      const hero = present(world, event.who);
      if (hero) act(turn, hero, event.act);
      break;
    }
  }
  return turn.effects;
}

function act(turn: Turn, hero: Hero, wish: Act): undefined {
  switch (wish.do) {
    case "strike":
      return strike(turn, hero, wish.monster);
    case "take":
      return pickUp(turn, hero, wish.drop);
    case "drop":
      return putDown(turn, hero, wish.item, wish.count);
    case "use":
      return use(turn, hero, wish.item);
    case "wear":
      return wear(turn, hero, wish.item);
    case "takeOff":
      return takeOff(turn, hero, wish.slot);
    case "dress":
      if (!isLook(wish.look)) return refuse(turn, hero.id, "There is no such look.");
      setHero(turn, { ...hero, look: wish.look, name: wish.name });
      return;
    case "choose":
      return choose(turn, hero, wish.person, wish.node, wish.choice);
    case "askTrade":
      return askTrade(turn, hero, wish.player);
    case "openTrade":
      return openTrade(turn, hero);
    case "offer":
      return offer(turn, hero, wish.stacks);
    case "accept":
      return acceptTrade(turn, hero, wish.revision);
    case "cancel":
      return cancelTrade(turn, hero.id, "Cancelled.");
  }
}

/** The world's own copy of a character wins over the one that a browser brings along. */
function arrive(turn: Turn, who: string, character: Character): undefined {
  const known = turn.world.heroes.get(who);
  if (known) {
    setHero(turn, { ...known, goneAt: undefined, away: false, steps: { left: BURST.normal, at: turn.at } });
  } else {
    setHero(turn, enter(who, character, turn.at));
    for (const { item, count } of character.bag)
      turn.effects.push({ type: "ledger", item, count, why: "brought along" });
    for (const item of Object.values(character.worn))
      turn.effects.push({ type: "ledger", item, count: 1, why: "brought along" });
  }
  const hero = turn.world.heroes.get(who);
  if (hero) turn.effects.push({ type: "placed", who, place: { map: hero.map, x: hero.x, y: hero.y } });
}

function setAway(turn: Turn, who: string, away: boolean): undefined {
  const hero = turn.world.heroes.get(who);
  if (!hero || hero.away === away || hero.goneAt !== undefined) return;
  if (away) cancelTrade(turn, who, "The connection dropped.");
  // Back again, all steps made meanwhile arrive as one.
  const left = away ? hero.steps.left : BURST.afterDrop;
  setHero(turn, { ...hero, away, steps: { left, at: turn.at } });
}

function leave(turn: Turn, who: string): undefined {
  const hero = turn.world.heroes.get(who);
  if (!hero || hero.goneAt !== undefined) return;
  cancelTrade(turn, who, "One of you left.");
  setHero(turn, { ...hero, away: false, goneAt: turn.at });
}

function step(turn: Turn, who: string, place: MapPlace, direction: Direction): undefined {
  const { world, at } = turn;
  const hero = present(world, who);
  if (!hero) return;
  const allowed = stepsNow(hero.steps, at, world.pace);
  const carries = (item: string) => hero.bag.some((stack) => stack.item === item);
  const steps = stepsTo(world.maps, hero, place, allowed, carries);
  if (typeof steps === "string") {
    refuse(turn, who, steps);
    turn.effects.push({ type: "placed", who, place: { map: hero.map, x: hero.x, y: hero.y } });
    return;
  }
  // Where somebody is travels in the zones; the state only needs it now and then.
  world.heroes.set(who, { ...hero, ...place, direction, steps: { left: allowed - steps, at } });
  if (hero.map !== place.map) changed(turn, `hero/${who}`);
  checkDistance(turn, who);
}

/** What lies there and grows again. */
function grow(turn: Turn): undefined {
  const { world, at } = turn;
  for (const map of world.maps.values()) {
    if (map.finds.length === 0) continue;
    const there = new Set(dropsOn(world.drops.values(), map.id).map(({ find }) => find));
    if (there.size >= MAX_DROPS) continue;
    map.finds.forEach(({ item, x, y }, index) => {
      const find = `${map.id}/${index}`;
      if (there.has(find) || at < (world.regrows.get(find) ?? 0) || !isItemId(item)) return;
      if (lay(turn, { map: map.id, x, y }, { item, count: 1, find })) {
        turn.effects.push({ type: "ledger", item, count: 1, why: "grown" });
      }
    });
  }
}

/** Rewards fade, wounds heal, and who left is forgotten in the end. */
function tend(turn: Turn): undefined {
  const { world, at } = turn;
  for (const drop of [...world.drops.values()]) {
    if (drop.fadesAt === undefined || at < drop.fadesAt) continue;
    remove(turn, drop);
    turn.effects.push({ type: "ledger", item: drop.item, count: -drop.count, why: "faded" });
  }
  for (const hero of [...world.heroes.values()]) {
    if (hero.goneAt !== undefined) {
      if (at - hero.goneAt > REMEMBERS) forget(turn, hero);
    } else if (hero.health < maxHealth(hero.xp) && at - hero.foughtAt >= HEALING.after) {
      // Counted from the last blow, so that it needs no timer of its own.
      const health = hero.health + 1;
      setHero(turn, { ...hero, health, foughtAt: at - HEALING.after + HEALING.every });
      turn.effects.push({ type: "healed", place: hero, target: hero.id, health });
    }
  }
}

function forget(turn: Turn, hero: Hero): undefined {
  turn.world.heroes.delete(hero.id);
  changed(turn, `hero/${hero.id}`);
  for (const { item, count } of hero.bag) turn.effects.push({ type: "ledger", item, count: -count, why: "left" });
  for (const item of Object.values(hero.worn)) turn.effects.push({ type: "ledger", item, count: -1, why: "left" });
}

/** Steps between two heroes who might trade, for the view. */
export const apart = (a: Hero, b: Hero): number => (a.map === b.map ? stepsBetween(a, b) : Number.POSITIVE_INFINITY);
