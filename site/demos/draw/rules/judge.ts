import { sha256Hex } from "./chain.ts";

/** Letters and digits only, in lower case and without accents: how a guess is compared with the word. */
export const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

/** One letter too many, too few or wrong, or two neighbours swapped. */
export function isClose(guess: string, word: string): boolean {
  const [a, b] = [[...plain(guess)], [...plain(word)]];
  if (b.length < 3 || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const rest = (list: readonly string[], from: number) => list.slice(from).join("");
  if (a.length > b.length) return rest(a, start + 1) === rest(b, start);
  if (a.length < b.length) return rest(a, start) === rest(b, start + 1);
  const isSwap = a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, start + 2) === rest(b, start + 2);
  return isSwap || rest(a, start + 1) === rest(b, start + 1);
}

export type Verdict = "right" | "close" | "wrong";

export const judge = (guess: string, word: string): Verdict =>
  plain(guess) === plain(word) ? "right" : isClose(guess, word) ? "close" : "wrong";

/** Whether a chat line gives the word away. */
export const reveals = (text: string, word: string): boolean => plain(text).includes(plain(word));

/** What the drawer publishes before drawing: it fixes the word without telling it. The salt makes trying all words useless. */
export const commitment = (game: string, turn: number, word: string, salt: string): string =>
  sha256Hex(JSON.stringify([game, turn, word, salt]));

const isLetter = (letter: string): boolean => /[\p{L}\p{N}]/u.test(letter);

/** The word with its hidden letters as underscores; spaces and hyphens stay. */
export const masked = (word: string, shown: ReadonlySet<number> = new Set()): string =>
  [...word].map((letter, at) => (isLetter(letter) && !shown.has(at) ? "_" : letter)).join("");

/** Whether `next` shows more of the same word than `mask`: a drawer cannot change its length or take a letter back. */
export function refines(mask: string, next: string): boolean {
  const [a, b] = [[...mask], [...next]];
  return a.length === b.length && mask !== next && a.every((letter, at) => letter === "_" || letter === b[at]);
}

/** Whether the word fits what was shown of it. */
export const fits = (mask: string, word: string): boolean => mask === word || refines(mask, word);

/** Letters to show one after the other, a third of them at most; `random` returns numbers from 0 to below 1. */
export function hintOrder(word: string, random: () => number): number[] {
  const letters = [...word].flatMap((letter, at) => (isLetter(letter) ? [at] : []));
  const count = Math.min(3, Math.floor(letters.length / 3));
  return Array.from({ length: count }, () => letters.splice(Math.floor(random() * letters.length), 1)[0] ?? 0);
}
