import { type Bracket, createBracket, MOST_PLAYERS, playable, withWinner } from "./bracket.ts";
import type { Goal } from "./match.ts";

export type Format = "match" | "doubles" | "tournament";

export interface Plan {
  readonly format: Format;
  readonly goal: Goal;
  /** Contestants by seed. */
  readonly entrants: readonly string[];
  /** Decided matches: id and winner. */
  readonly results: readonly (readonly [id: string, winner: string])[];
}

export interface PlannedCourt {
  readonly id: string;
  /** By seat. */
  readonly seats: readonly string[];
}

/** What is played with so many players: more than two who want a match play a tournament, so that nobody only watches. */
export const formatFor = (wanted: Format, players: number): Format => {
  if (wanted === "doubles") return players <= 4 ? "doubles" : "tournament";
  return players > 2 ? "tournament" : "match";
};

export const bracketOf = ({ entrants, results }: Plan): Bracket =>
  results.reduce((bracket, [id, winner]) => withWinner(bracket, id, winner), createBracket(entrants));

/** The matches to be played now. `computer` names the opponent or partner on a seat for which there is nobody. */
export function courtsOf(plan: Plan, computer: (seat: number) => string): readonly PlannedCourt[] {
  const { format, entrants } = plan;
  if (format === "tournament") {
    return playable(bracketOf(plan)).map(({ id, players: [one, two] }) => ({ id, seats: [one ?? "", two ?? ""] }));
  }
  const places = format === "doubles" ? 4 : 2;
  return [{ id: "0-0", seats: Array.from({ length: places }, (_, seat) => entrants[seat] ?? computer(seat)) }];
}

/** The same order for all peers, and another one in each round. */
export function drawn(players: readonly string[], random: () => number): readonly string[] {
  const order = [...players];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order.slice(0, MOST_PLAYERS);
}
