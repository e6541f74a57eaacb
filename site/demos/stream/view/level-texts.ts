import type { LevelMode } from "../rules/level.ts";

/** What a watcher receives, in words. */
export const LEVEL_TEXTS: Readonly<Record<LevelMode, string>> = {
  auto: "All points if possible",
  full: "All points",
  thin: "Fewer points: too slow for all",
};
