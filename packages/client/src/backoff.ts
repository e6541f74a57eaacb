const BASE = 500;
const CAP = 20_000;

/**
 * Pause before the next attempt, in milliseconds: anything up to twice as long as before, at most 20 s. Full jitter, since
 * clients cut together must not come back together.
 */
export const pause = (attempt: number, random: () => number): number => random() * Math.min(CAP, BASE * 2 ** attempt);
