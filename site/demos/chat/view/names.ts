import { nameFrom } from "../../shared/room/names.ts";
import type { Person } from "../net/people.ts";
import type { Entry } from "../rules/timeline.ts";

/** Characters of a key behind a name that several people have. */
const TAG = 4;

/** Letters that look alike, and their cases, count as the same. */
const shape = (name: string): string =>
  nameFrom(name, "")
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s._-]/g, "");

/** What distinguishes authors that share a name, by author: of those who are here and those who have written. */
export function tagsOf(people: readonly Person[], entries: readonly Entry[]): ReadonlyMap<string, string> {
  const authors = new Map<string, Set<string>>();
  for (const { author, name } of [...people, ...entries]) {
    if (author === "") continue;
    const found = authors.get(shape(name)) ?? new Set();
    authors.set(shape(name), found.add(author));
  }
  const tags = new Map<string, string>();
  for (const same of authors.values())
    if (same.size > 1) for (const author of same) tags.set(author, author.slice(0, TAG));
  return tags;
}

export const shownName = (name: string): string => nameFrom(name, "Someone");
