import * as v from "valibot";
import { characterSchema } from "../net/protocol.ts";
import { type Character, newCharacter } from "../rules/hero.ts";
import { lookFrom } from "../rules/look.ts";

const KEY = "lanternfall/character";

/** The character that this browser has kept, or a new one. */
export function loadCharacter(name: string): Character {
  try {
    const parsed = v.safeParse(characterSchema, JSON.parse(localStorage.getItem(KEY) ?? "null"));
    if (parsed.success) return { ...parsed.output, name };
  } catch {
    // A storage that is blocked or damaged: a new character.
  }
  return newCharacter(name, lookFrom(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0));
}

/** Only what belongs to the character: not its health or place in one world. */
export const characterOf = ({ name, look, xp, bag, worn, quest }: Character): Character => ({
  name,
  look,
  xp,
  bag,
  worn,
  quest,
});

export function saveCharacter(character: Character): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(characterOf(character)));
  } catch {
    // Without storage, the character lives as long as the page.
  }
}

export function exportCharacter(character: Character): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    new Blob([JSON.stringify(characterOf(character), null, 2)], { type: "application/json" }),
  );
  link.download = `${character.name.replace(/[^\w-]+/g, "-") || "character"}.lanternfall.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The character in a file, or why there is none. */
export async function importCharacter(file: File): Promise<Character | string> {
  if (file.size > 20_000) return "That file is too large for a character.";
  try {
    const parsed = v.safeParse(characterSchema, JSON.parse(await file.text()));
    if (parsed.success) return parsed.output;
    return `That is not a character: ${v.getDotPath(parsed.issues[0]) ?? "the file"} is wrong.`;
  } catch {
    return "That is not a character file.";
  }
}
