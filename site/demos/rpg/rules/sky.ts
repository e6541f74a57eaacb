import { noise } from "./random.ts";

/** A day of the world, in ms. Everybody reads it from the relay's clock, so the sky needs no messages. */
export const DAY = 480_000;
const SPELL = 90_000;

/** 0 midnight, 0.5 noon. The world begins in the morning. */
export const dayTime = (now: number): number => (now % DAY) / DAY;

/** 0 by day, 1 in the night; dusk and dawn are ramps. */
export function darkness(now: number): number {
  const fromNoon = Math.abs(dayTime(now) - 0.5) * 2;
  return Math.max(0, Math.min(1, (fromNoon - 0.55) / 0.25));
}

export const isNight = (now: number): boolean => darkness(now) > 0.5;

export type Weather = "clear" | "rain" | "fog" | "wind";

/** The same for everybody: it depends on the time alone. */
export function weatherAt(now: number): Weather {
  const dice = noise(Math.floor(now / SPELL), 7, 3);
  if (dice < 0.55) return "clear";
  if (dice < 0.75) return "wind";
  return dice < 0.9 ? "rain" : "fog";
}

/** How strong the weather is, 0 to 1: it fades in and out. */
export function weatherStrength(now: number): number {
  const at = (now % SPELL) / SPELL;
  return Math.min(1, at * 8, (1 - at) * 8);
}
