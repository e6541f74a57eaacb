import type { Stack } from "./bag.ts";

export interface MonsterKind {
  readonly name: string;
  readonly health: number;
  readonly attack: number;
  readonly xp: number;
  /** Time of a step and between two blows, ms. */
  readonly stepTime: number;
  readonly strikeTime: number;
  /** Steps at which it notices somebody. */
  readonly notices: number;
  readonly boss?: boolean;
  /** Chance of each thing it may leave behind. */
  readonly leaves: readonly (Stack & { readonly chance: number })[];
}

const coins = (count: number, chance: number) => ({ item: "coin", count, chance }) as const;

export const MONSTER_KINDS = {
  slime: {
    name: "Slime",
    health: 8,
    attack: 2,
    xp: 6,
    stepTime: 600,
    strikeTime: 1_200,
    notices: 2,
    leaves: [{ item: "jelly", count: 1, chance: 0.6 }, coins(1, 0.5)],
  },
  bat: {
    name: "Bat",
    health: 6,
    attack: 2,
    xp: 8,
    stepTime: 260,
    strikeTime: 900,
    notices: 2,
    leaves: [coins(1, 0.5), { item: "apple", count: 1, chance: 0.2 }],
  },
  boar: {
    name: "Boar",
    health: 16,
    attack: 4,
    xp: 12,
    stepTime: 360,
    strikeTime: 1_100,
    notices: 2,
    leaves: [
      { item: "tusk", count: 1, chance: 0.4 },
      { item: "bread", count: 1, chance: 0.3 },
    ],
  },
  skeleton: {
    name: "Skeleton",
    health: 20,
    attack: 5,
    xp: 16,
    stepTime: 440,
    strikeTime: 1_100,
    notices: 2,
    leaves: [coins(3, 0.7), { item: "potion", count: 1, chance: 0.25 }, { item: "spear", count: 1, chance: 0.08 }],
  },
  "old boar": {
    name: "Old Boar",
    health: 36,
    attack: 5,
    xp: 45,
    stepTime: 320,
    strikeTime: 1_000,
    notices: 3,
    boss: true,
    leaves: [
      { item: "tusk", count: 2, chance: 1 },
      { item: "cap", count: 1, chance: 0.5 },
    ],
  },
  king: {
    name: "Hollow King",
    health: 80,
    attack: 6,
    xp: 120,
    stepTime: 480,
    strikeTime: 1_000,
    notices: 3,
    boss: true,
    leaves: [coins(12, 1), { item: "cloak", count: 1, chance: 0.6 }, { item: "helmet", count: 1, chance: 0.6 }],
  },
} as const satisfies Record<string, MonsterKind>;

export type MonsterKindId = keyof typeof MONSTER_KINDS;
export const isMonsterKind = (kind: string): kind is MonsterKindId => Object.hasOwn(MONSTER_KINDS, kind);
export const kindOf = (kind: MonsterKindId): MonsterKind => MONSTER_KINDS[kind];
