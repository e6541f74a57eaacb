import type { Creature, Marks, Shown } from "../net/actors.ts";
import type { Float } from "../net/replica.ts";
import { type GameMap, heightOf, type Place, widthOf } from "../rules/game-map.ts";
import type { Worn } from "../rules/hero.ts";
import type { ItemId } from "../rules/items.ts";
import type { Look } from "../rules/look.ts";

/** A person in the picture: a player or a villager. */
export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly look: Look;
  readonly worn: Worn;
  readonly shown: Shown;
  readonly marks: Marks;
  readonly kind: "me" | "player" | "villager";
  readonly isAway: boolean;
  /** Radius of the light it carries, in tiles. */
  readonly light: number;
  /** 0 to 1; undefined while it need not be shown. */
  readonly health: number | undefined;
  readonly level: number;
}

/** Something on the ground. */
export interface Lying extends Place {
  readonly id: number;
  readonly item: ItemId;
}

/** Everything that one picture shows. */
export interface Scene {
  readonly map: GameMap;
  readonly me: Shown;
  readonly figures: readonly Figure[];
  readonly creatures: readonly Creature[];
  readonly lying: readonly Lying[];
  readonly floats: readonly Float[];
  /** Time of the page and of the server, ms. */
  readonly now: number;
  readonly serverNow: number;
  readonly isBeaconLit: boolean;
  /** What the action key would do something with. */
  readonly target: Place | undefined;
  /** Where the quest goes on, on this map. */
  readonly goal: Place | undefined;
  readonly isStill: boolean;
}

export const sizeOf = (map: GameMap) => ({ w: widthOf(map) * 16, h: heightOf(map) * 16 });
