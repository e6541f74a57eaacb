import type { Person } from "./person.ts";
import { QUEST_GIVERS } from "./quest-givers.ts";
import { VILLAGERS } from "./villagers.ts";

export type { Choice, Person, TalkNode } from "./person.ts";

/** Everybody one can talk to, and everything one can use, by id. */
export const PEOPLE: ReadonlyMap<string, Person> = new Map(
  [...QUEST_GIVERS, ...VILLAGERS].map((person) => [person.id, person]),
);
