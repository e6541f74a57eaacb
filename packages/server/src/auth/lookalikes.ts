import homoglyphs from "unhomoglyph/data.json";
import { matchesGlob } from "../config/glob.ts";

/** Unicode's confusables: each character with the one, or the few, that it looks like. */
const HOMOGLYPHS: ReadonlyMap<string, string> = new Map(Object.entries(homoglyphs));
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** A shorter literal part of a pattern, such as that of `x*`, looks like the beginning of too many harmless names. */
const MIN_PATTERN_LITERALS = 3;

/** What a text looks like (the skeleton of UTS #39): two texts with the same skeleton can be taken for each other. */
export function skeleton(text: string): string {
  let seen = "";
  for (const character of text.normalize("NFD").replace(INVISIBLE, "")) seen += HOMOGLYPHS.get(character) ?? character;
  return seen.normalize("NFD").replace(/\s+/g, " ").trim();
}

interface ProtectedPattern {
  readonly pattern: string;
  readonly skeleton: string;
}

/**
 * Finds names that look like a protected one: in another case, with characters of another script, or with characters that
 * cannot be seen. A name that differs by an accent, a separator or a letter does not count as a look-alike.
 */
export class Lookalikes {
  /** Protected names by their skeletons: that of the name as written, and that of its capitals. */
  private readonly bySkeleton = new Map<string, string[]>();
  /** Protected names by the skeleton of the name in lower case. */
  private readonly byLowerCase = new Map<string, string[]>();
  private readonly patterns: readonly ProtectedPattern[];

  /** Entries with `*` are patterns: names that look as if they matched are found, but only in the same case. */
  constructor(entries: readonly string[]) {
    for (const name of entries.filter((entry) => !entry.includes("*"))) {
      add(this.bySkeleton, skeleton(name), name);
      add(this.bySkeleton, skeleton(name.toUpperCase()), name);
      add(this.byLowerCase, skeleton(name.toLowerCase()), name);
    }
    this.patterns = entries
      .filter((entry) => entry.includes("*") && entry.replaceAll("*", "").length >= MIN_PATTERN_LITERALS)
      .map((pattern) => ({ pattern, skeleton: skeleton(pattern) }));
  }

  /** The protected name or pattern that this name looks like; undefined for the protected names themselves and all others. */
  find(name: string): string | undefined {
    if (this.bySkeleton.size === 0 && this.patterns.length === 0) return undefined;
    const own = skeleton(name);
    const found = [
      ...(this.bySkeleton.get(own) ?? []),
      ...(this.byLowerCase.get(skeleton(name.toLowerCase())) ?? []),
      // "CaIc" with a capital I: it looks like "Calc", which is "calc" in another case.
      ...(this.byLowerCase.get(skeleton(own.toLowerCase())) ?? []),
    ];
    if (found.includes(name)) return undefined;
    return found[0] ?? this.patterns.find(({ skeleton: pattern }) => matchesGlob(pattern, own))?.pattern;
  }
}

function add(map: Map<string, string[]>, key: string, name: string): void {
  const names = map.get(key);
  if (names) names.push(name);
  else map.set(key, [name]);
}
