import { must } from "./game.ts";
import { digest, digestHex } from "./hash.ts";

/**
 * Dice that nobody can fake. Each player keeps a chain of values, each the SHA-256 of the next one, and publishes the first one (its
 * commitment) before the game. For each roll, every player reveals its next value. Anybody can check that it hashes to the one before, so it
 * was fixed long ago; and nobody can know the sum of all of them while at least one is secret. A revealed value is at the same time the
 * commitment to the next roll, so that a roll takes one round of messages.
 */

/** Rolls that one chain is good for. */
export const CHAIN_LENGTH = 2_000;
/** Characters of a link: 160 bits as hexadecimal digits. */
export const LINK = 40;

export const isLink = (text: string): boolean => text.length === LINK && /^[0-9a-f]+$/.test(text);

/** The link before `next` in the chain of this player; `index` counts from 0, the published one. */
export const linkBefore = (room: string, player: string, index: number, next: string): string =>
  digestHex("dice link", room, player, index, next).slice(0, LINK);

/** All links, from the published one to the last. Who knows the secret knows the chain. */
export function createChain(room: string, player: string, secret: string): readonly string[] {
  const links = [digestHex("dice secret", secret).slice(0, LINK)];
  for (let index = CHAIN_LENGTH - 1; index >= 0; index--) {
    links.push(linkBefore(room, player, index, links.at(-1) ?? ""));
  }
  return links.reverse();
}

/** The seed of a roll: every revealed link counts, and the number of the roll. */
export const seedOf = (room: string, roll: number, links: readonly string[]): string =>
  digestHex("dice seed", room, roll, ...links);

/** An endless supply of fair numbers that anybody can calculate from the seed. */
export class Chance {
  readonly #seed: string;
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;
  #blocks = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  #byte(): number {
    if (this.#at === this.#block.length) {
      this.#block = digest("dice stream", this.#seed, this.#blocks++);
      this.#at = 0;
    }
    return this.#block[this.#at++] ?? 0;
  }

  /** A whole number from 0 to `count` - 1. Bytes that would favour small numbers are left out: for a die, 252 to 255. */
  below(count: number): number {
    must(count > 0 && count <= 256, "chance needs 1 to 256 outcomes");
    const fair = 256 - (256 % count);
    for (;;) {
      const byte = this.#byte();
      if (byte < fair) return byte % count;
    }
  }

  /** So many dice, in descending order. */
  dice(count: number): number[] {
    return Array.from({ length: count }, () => this.below(6) + 1).sort((a, b) => b - a);
  }

  /** The same values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values];
    const order: T[] = [];
    while (left.length > 0) order.push(...left.splice(this.below(left.length), 1));
    return order;
  }
}
