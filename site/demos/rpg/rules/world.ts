import type { Bag, Stack } from "./bag.ts";
import type { GameMap, MapPlace, Place } from "./game-map.ts";
import type { Hero } from "./hero.ts";
import type { ItemId } from "./items.ts";
import type { MonsterKindId } from "./monster-kinds.ts";
import type { Random } from "./random.ts";

export interface Monster extends MapPlace {
  /** Its map and number there, such as `forest/3`: the same for every host. */
  readonly id: string;
  readonly kind: MonsterKindId;
  readonly home: Place;
  readonly health: number;
  readonly chases: string | undefined;
  /** When it last came close to what it chases. */
  readonly closeAt: number;
  readonly moveAt: number;
  readonly readyAt: number;
  /** It is dead until then. */
  readonly deadUntil: number | undefined;
}

/** Something on the ground. */
export interface Drop extends MapPlace, Stack {
  readonly id: number;
  /** For the first seconds, only they may take it: nobody steals a reward. */
  readonly owners?: readonly string[];
  readonly freeAt?: number;
  /** Rewards fade; what a player put down stays. */
  readonly fadesAt?: number;
  /** The place where it grew, if it grows again. */
  readonly find?: string;
}

export interface Trade {
  readonly id: number;
  readonly players: readonly [string, string];
  /** Whether the second player has agreed to trade. */
  readonly open: boolean;
  readonly offers: readonly [Bag, Bag];
  readonly accepted: readonly [boolean, boolean];
  /** Grows with each change of an offer; an accept names the one it saw. */
  readonly revision: number;
}

export interface World extends Random {
  readonly maps: ReadonlyMap<string, GameMap>;
  /** 1 is normal; everything on foot is faster in a world of a higher pace. */
  readonly pace: number;
  nextId: number;
  readonly heroes: Map<string, Hero>;
  readonly monsters: Map<string, Monster>;
  readonly drops: Map<number, Drop>;
  readonly trades: Map<number, Trade>;
  /** When what was found grows again, by place. */
  readonly regrows: Map<string, number>;
}

/** What happened: for the players nearby, and for the state of the room. */
export type Effect =
  | {
      readonly type: "hit";
      readonly place: MapPlace;
      readonly target: string;
      readonly by: string;
      readonly damage: number;
      readonly health: number;
    }
  | { readonly type: "fell"; readonly place: MapPlace; readonly target: string; readonly by: string }
  | { readonly type: "healed"; readonly place: MapPlace; readonly target: string; readonly health: number }
  | { readonly type: "level"; readonly place: MapPlace; readonly who: string; readonly level: number }
  | { readonly type: "moved"; readonly monster: string }
  | { readonly type: "laid"; readonly drop: Drop }
  | { readonly type: "gone"; readonly drop: Drop }
  | { readonly type: "xp"; readonly who: string; readonly xp: number }
  | { readonly type: "placed"; readonly who: string; readonly place: MapPlace }
  | { readonly type: "refused"; readonly who: string; readonly reason: string }
  | { readonly type: "quest"; readonly who: string; readonly step: number; readonly count: number }
  | { readonly type: "traded"; readonly trade: Trade; readonly done: boolean; readonly reason: string }
  /** Items came into the world (positive) or left it; everything else only moves them. */
  | { readonly type: "ledger"; readonly item: ItemId; readonly count: number; readonly why: string }
  /** A key of the room's state is to be written. */
  | { readonly type: "changed"; readonly key: string };

/** One event that is being carried out. */
export interface Turn {
  readonly world: World;
  readonly at: number;
  readonly effects: Effect[];
}

export const changed = (turn: Turn, key: string): undefined => {
  turn.effects.push({ type: "changed", key });
};

export function setHero(turn: Turn, hero: Hero): Hero {
  turn.world.heroes.set(hero.id, hero);
  changed(turn, `hero/${hero.id}`);
  return hero;
}

export const refuse = (turn: Turn, who: string, reason: string): undefined => {
  turn.effects.push({ type: "refused", who, reason });
};

/** A hero that is there and can act. */
export function present(world: World, id: string): Hero | undefined {
  const hero = world.heroes.get(id);
  return hero && !hero.away && hero.goneAt === undefined ? hero : undefined;
}
