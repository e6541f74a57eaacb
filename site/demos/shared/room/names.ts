import { lineFrom } from "../text.ts";

/** Characters of a name that others see. */
export const NAME_LENGTH = 20;

/** A name as it may be shown: one line, at most 20 characters, without invisible ones and changes of the writing direction. */
export function nameFrom(value: unknown, fallback = "Player"): string {
  if (typeof value !== "string" || value.length > 1_000) return fallback;
  return [...lineFrom(value)].slice(0, NAME_LENGTH).join("").trim() || fallback;
}

const MOODS = [
  "Brisk",
  "Calm",
  "Clever",
  "Daring",
  "Eager",
  "Gentle",
  "Jolly",
  "Keen",
  "Lucky",
  "Mellow",
  "Nimble",
  "Quiet",
  "Swift",
  "Witty",
];
const ANIMALS = [
  "Badger",
  "Crane",
  "Dingo",
  "Ferret",
  "Gecko",
  "Heron",
  "Ibex",
  "Koala",
  "Lynx",
  "Marten",
  "Newt",
  "Otter",
  "Puffin",
  "Quail",
  "Raven",
  "Stoat",
  "Tapir",
  "Vole",
  "Wombat",
  "Yak",
];

const pick = (list: readonly string[], random: () => number): string => list[Math.floor(random() * list.length)] ?? "";

/** A name for somebody who has not chosen one, so that nobody must type on a phone. */
export const randomName = (random: () => number = Math.random): string =>
  `${pick(MOODS, random)} ${pick(ANIMALS, random)}`;
