import * as v from "valibot";

export const PHASES = ["lobby", "countdown", "playing", "over"] as const;

/** `lobby`: waiting for players. `countdown`: all are ready. `playing`: a round. `over`: its result is shown. */
export type PhaseName = (typeof PHASES)[number];

export const phaseSchema = v.object({
  name: v.picklist(PHASES),
  /** Rounds started so far in this room. */
  round: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Server time in ms: when the countdown ends, when the round started or ended. */
  at: v.pipe(v.number(), v.finite()),
});
export type Phase = v.InferOutput<typeof phaseSchema>;

export const LOBBY: Phase = { name: "lobby", round: 0, at: 0 };
/** Length of a countdown, ms. */
export const COUNTDOWN = 3_000;

/** What decides whether a round starts. */
export interface Readiness {
  /** Players with a seat who are connected. */
  readonly here: number;
  /** Of those, the number that are ready for the next round. */
  readonly ready: number;
  readonly minPlayers: number;
  /** A countdown stops when fewer are left: 1 if one can play against the computer. */
  readonly fewest: number;
}

/** The phase that follows without a command; undefined if it stays. Pure: the host calls it whenever something changes. */
export function nextPhase(phase: Phase, facts: Readiness, now: number): Phase | undefined {
  const { here, ready, minPlayers, fewest } = facts;
  const { name, round, at } = phase;
  if (name === "countdown") {
    if (here < fewest) return { name: "lobby", round, at: now };
    return now >= at ? { name: "playing", round: round + 1, at } : undefined;
  }
  const isComplete = here >= minPlayers && ready === here;
  return name !== "playing" && isComplete ? { name: "countdown", round, at: now + COUNTDOWN } : undefined;
}
