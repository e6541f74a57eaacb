import { put, take } from "./bag.ts";
import { isNear, type MapPlace } from "./game-map.ts";
import { type Hero, maxHealth } from "./hero.ts";
import { type ItemId, itemOf, type Slot } from "./items.ts";
import { bagChanged } from "./trade.ts";
import { changed, type Drop, refuse, setHero, type Turn } from "./world.ts";

/** Things that may lie on one map: more would cost everybody. */
export const MAX_DROPS = 60;
export const TAKE_REACH = 1;
const REGROW = 40_000;

export const dropsOn = (drops: Iterable<Drop>, map: string): Drop[] => [...drops].filter((drop) => drop.map === map);

/** Lays something on the ground. False if there is too much already. */
export function lay(turn: Turn, place: MapPlace, drop: Omit<Drop, "id" | keyof MapPlace>): boolean {
  const { world } = turn;
  if (dropsOn(world.drops.values(), place.map).length >= MAX_DROPS) return false;
  const id = world.nextId++;
  const laid = { ...drop, id, map: place.map, x: place.x, y: place.y };
  world.drops.set(id, laid);
  turn.effects.push({ type: "laid", drop: laid });
  changed(turn, `drops/${place.map}`);
  return true;
}

/** Takes something off the ground. */
export function remove(turn: Turn, drop: Drop): undefined {
  turn.world.drops.delete(drop.id);
  turn.effects.push({ type: "gone", drop });
  changed(turn, `drops/${drop.map}`);
}

export function pickUp(turn: Turn, hero: Hero, id: number): undefined {
  const { world, at } = turn;
  const drop = world.drops.get(id);
  if (!drop) return refuse(turn, hero.id, "Somebody else was faster.");
  if (!isNear(hero, drop, TAKE_REACH)) return refuse(turn, hero.id, "Too far away.");
  if (drop.owners && !drop.owners.includes(hero.id) && at < (drop.freeAt ?? 0)) {
    return refuse(turn, hero.id, "That is somebody's reward. Wait a moment.");
  }
  const bag = put(hero.bag, [drop]);
  if (!bag) return refuse(turn, hero.id, "Your bag is full.");
  remove(turn, drop);
  if (drop.find !== undefined) {
    world.regrows.set(drop.find, at + REGROW);
    changed(turn, "world");
  }
  setHero(turn, { ...hero, bag });
}

export function putDown(turn: Turn, hero: Hero, item: ItemId, count: number): undefined {
  if (itemOf(item).bound === true) return refuse(turn, hero.id, "You will need that.");
  const bag = take(hero.bag, [{ item, count }]);
  if (!bag) return refuse(turn, hero.id, "You do not have that.");
  if (!lay(turn, hero, { item, count })) return refuse(turn, hero.id, "There is no room on the ground.");
  setHero(turn, { ...hero, bag });
  bagChanged(turn, hero.id);
}

/** Eats or drinks it. */
export function use(turn: Turn, hero: Hero, item: ItemId): undefined {
  const heals = itemOf(item).heals;
  if (heals === undefined) return refuse(turn, hero.id, "It has no use here.");
  const most = maxHealth(hero.xp);
  if (hero.health >= most) return refuse(turn, hero.id, "You are in good health.");
  const bag = take(hero.bag, [{ item, count: 1 }]);
  if (!bag) return refuse(turn, hero.id, "You do not have that.");
  const health = Math.min(most, hero.health + heals);
  setHero(turn, { ...hero, bag, health });
  turn.effects.push({ type: "ledger", item, count: -1, why: "used" });
  turn.effects.push({ type: "healed", place: hero, target: hero.id, health });
  bagChanged(turn, hero.id);
}

/** Wears something from the bag; what was worn there goes back into it. */
export function wear(turn: Turn, hero: Hero, item: ItemId): undefined {
  const slot = itemOf(item).slot;
  if (!slot) return refuse(turn, hero.id, "One cannot wear that.");
  const rest = take(hero.bag, [{ item, count: 1 }]);
  if (!rest) return refuse(turn, hero.id, "You do not have that.");
  const before = hero.worn[slot];
  const bag = before === undefined ? rest : put(rest, [{ item: before, count: 1 }]);
  if (!bag) return refuse(turn, hero.id, "Your bag is full.");
  setHero(turn, { ...hero, bag, worn: { ...hero.worn, [slot]: item } });
  bagChanged(turn, hero.id);
}

export function takeOff(turn: Turn, hero: Hero, slot: Slot): undefined {
  const item = hero.worn[slot];
  if (item === undefined) return;
  const bag = put(hero.bag, [{ item, count: 1 }]);
  if (!bag) return refuse(turn, hero.id, "Your bag is full.");
  const { [slot]: _, ...worn } = hero.worn;
  setHero(turn, { ...hero, bag, worn });
}
