/** A stream of random numbers that is part of the world's state, so that the same log of events gives the same world. */
export interface Random {
  seed: number;
}

/** 0 up to, but not including, 1 (mulberry32). */
export function nextRandom(random: Random): number {
  random.seed = (random.seed + 0x6d2b79f5) | 0;
  let t = Math.imul(random.seed ^ (random.seed >>> 15), 1 | random.seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

/** A whole number from `low` to `high`, both included. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(nextRandom(random) * (high - low + 1));

/** The same number for the same place, 0 up to 1: scenery that needs no storage. */
export function noise(x: number, y: number, salt = 0): number {
  let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263) ^ Math.imul(salt + 1, 2_147_483_647);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}
