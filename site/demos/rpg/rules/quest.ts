import type { Stack } from "./bag.ts";
import type { MonsterKindId } from "./monster-kinds.ts";

/** The five steps. Each ends with a talk or a fight; companions nearby share the credit for a fight. */
export interface QuestStep {
  readonly title: string;
  readonly text: string;
  /** Where the arrow of the map points. */
  readonly at: { readonly map: string; readonly x: number; readonly y: number };
  readonly hunt?: {
    readonly kind: MonsterKindId;
    readonly count: number;
    readonly gives?: Stack;
    readonly next: boolean;
  };
}

export const QUEST: readonly QuestStep[] = [
  {
    title: "The dark beacon",
    text: "Speak with Elder Oda beside the beacon in the village.",
    at: { map: "village", x: 30, y: 16 },
  },
  {
    title: "Glowcaps",
    text: "Gather 3 glowcaps in the forest, east of the village, and bring them to Mira in her house.",
    at: { map: "forest", x: 20, y: 12 },
  },
  {
    title: "Slimes at the mill",
    text: "Drive off 4 slimes at the old mill in the south-west, then see Brand the smith.",
    at: { map: "village", x: 10, y: 29 },
    hunt: { kind: "slime", count: 4, next: false },
  },
  {
    title: "The Old Boar",
    text: "It swallowed the key of the cave. Find it deep in the forest, in the north-east.",
    at: { map: "forest", x: 72, y: 9 },
    hunt: { kind: "old boar", count: 1, gives: { item: "key", count: 1 }, next: true },
  },
  {
    title: "The ember",
    text: "Enter the cave in the forest's south-east, take the ember from the Hollow King, and light the beacon.",
    at: { map: "cave", x: 46, y: 7 },
    hunt: { kind: "king", count: 1, gives: { item: "ember", count: 1 }, next: false },
  },
];

/** The step of a character that has lit the beacon. */
export const FINISHED = QUEST.length;

/** How far away, in steps, a companion may be to share the credit, and how many share it at most. */
export const PARTY = { reach: 12, size: 8 } as const;
