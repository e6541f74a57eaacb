import type { Bag } from "./bag.ts";
import { type Direction, SOUTH } from "./direction.ts";
import type { MapPlace } from "./game-map.ts";
import { type ItemId, itemOf, SLOTS, type Slot } from "./items.ts";
import type { Look } from "./look.ts";

export type Worn = Partial<Record<Slot, ItemId>>;

/** What a character is, wherever it goes: this is kept in the browser. */
export interface Character {
  readonly name: string;
  readonly look: Look;
  readonly xp: number;
  readonly bag: Bag;
  readonly worn: Worn;
  readonly quest: { readonly step: number; readonly count: number };
}

/** A character in a world. The host's copy decides. */
export interface Hero extends Character, MapPlace {
  readonly id: string;
  readonly direction: Direction;
  readonly health: number;
  /** Its connection dropped: nothing can hurt it, and it cannot act. */
  readonly away: boolean;
  /** It left the world, which remembers it for a while. */
  readonly goneAt: number | undefined;
  /** Time from which it may strike again. */
  readonly readyAt: number;
  /** Time of the last blow it received or dealt. */
  readonly foughtAt: number;
  /** Steps it may still make, and when that was counted. */
  readonly steps: { readonly left: number; readonly at: number };
}

export const START: MapPlace = { map: "village", x: 27, y: 20 };
export const MAX_LEVEL = 10;

/** Experience at which a level begins: 0, 24, 72, 144 … */
export const xpFor = (level: number): number => 12 * level * (level - 1);
export const MAX_XP = xpFor(MAX_LEVEL);

export function levelOf(xp: number): number {
  let level = 1;
  while (level < MAX_LEVEL && xp >= xpFor(level + 1)) level++;
  return level;
}

export const maxHealth = (xp: number): number => 20 + 5 * (levelOf(xp) - 1);

const wornSum = (worn: Worn, of: "attack" | "defence" | "light"): number =>
  SLOTS.reduce((sum, slot) => {
    const item = worn[slot];
    return sum + (item ? (itemOf(item)[of] ?? 0) : 0);
  }, 0);

export const attackOf = ({ xp, worn }: Character): number => 2 + Math.floor(levelOf(xp) / 2) + wornSum(worn, "attack");
export const defenceOf = ({ worn }: Character): number => wornSum(worn, "defence");
export const lightOf = ({ worn }: Character): number => wornSum(worn, "light");

/** A stranger's first character. */
export const newCharacter = (name: string, look: Look): Character => ({
  name,
  look,
  xp: 0,
  bag: [
    { item: "bread", count: 2 },
    { item: "coin", count: 3 },
  ],
  worn: { hand: "stick" },
  quest: { step: 0, count: 0 },
});

/** Newcomers appear around the start, not on top of each other. */
function startOf(id: string): MapPlace {
  const sum = [...id].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return { ...START, x: START.x - 1 + (sum % 4), y: START.y + (Math.floor(sum / 4) % 3) };
}

/** A character that arrives in a world, at its start. */
export const enter = (id: string, character: Character, at: number): Hero => ({
  ...character,
  ...startOf(id),
  id,
  direction: SOUTH,
  health: maxHealth(character.xp),
  away: false,
  goneAt: undefined,
  readyAt: 0,
  foughtAt: 0,
  steps: { left: 4, at },
});
