import { type Game, type Happening, type MoveOf, must } from "./game.ts";
import { digest, digestHex } from "./hash.ts";
import { continentsOf, ownedBy } from "./turn.ts";

/**
 * Secret missions without a dealer. Before the deal, each player publishes the hash of a secret (its seal). The mission follows from the secret
 * and from the seed of the deal: the player cannot choose it, and nobody else knows it until the player shows the secret to win.
 */

export type Mission =
  /** Indices of continents; `more`: one further continent of choice. */
  | { readonly kind: "continents"; readonly continents: readonly number[]; readonly more: boolean }
  | { readonly kind: "territories"; readonly count: number; readonly armies: number }
  | { readonly kind: "eliminate"; readonly seat: number };

const [NORTH_AMERICA, SOUTH_AMERICA, EUROPE, AFRICA, ASIA, AUSTRALIA] = [0, 1, 2, 3, 4, 5];

const continents = (list: readonly number[], more = false): Mission => ({ kind: "continents", continents: list, more });

const FALLBACK: Mission = { kind: "territories", count: 24, armies: 1 };

const MISSIONS: readonly Mission[] = [
  continents([ASIA, SOUTH_AMERICA]),
  continents([ASIA, AFRICA]),
  continents([NORTH_AMERICA, AFRICA]),
  continents([NORTH_AMERICA, AUSTRALIA]),
  continents([EUROPE, SOUTH_AMERICA], true),
  continents([EUROPE, AUSTRALIA], true),
  { kind: "territories", count: 18, armies: 2 },
  FALLBACK,
  ...[0, 1, 2, 3, 4, 5].map((seat): Mission => ({ kind: "eliminate", seat })),
];

export const sealOf = (room: string, player: string, secret: string): string =>
  digestHex("mission seal", room, player, secret);

/** A bot has no secrets. */
export const openSecret = (seat: number): string => `open ${seat}`;

/** The mission of a seat, as it is dealt. */
export function missionOf(game: Game, seat: number, secret: string): Mission {
  const [first = 0, second = 0] = digest("mission", game.deal, seat, secret);
  return MISSIONS[(first * 256 + second) % MISSIONS.length] ?? FALLBACK;
}

/** What counts now: a rival who is not in the game, is oneself, or was eliminated by somebody else, is replaced by 24 territories. */
export function currentMission(game: Game, seat: number, mission: Mission): Mission {
  if (mission.kind !== "eliminate") return mission;
  const rival = game.seats[mission.seat];
  const possible = rival && mission.seat !== seat && (rival.out === null || rival.out === seat);
  return possible ? mission : FALLBACK;
}

export function isFulfilled(game: Game, seat: number, dealt: Mission): boolean {
  const mission = currentMission(game, seat, dealt);
  if (mission.kind === "eliminate") return game.seats[mission.seat]?.out === seat;
  if (mission.kind === "territories") {
    const held = ownedBy(game, seat).filter((at) => (game.armies[at] ?? 0) >= mission.armies);
    return held.length >= mission.count;
  }
  const owned = continentsOf(game, seat);
  const needed = mission.continents.length + (mission.more ? 1 : 0);
  return mission.continents.every((continent) => owned.includes(continent)) && owned.length >= needed;
}

/** Shows a fulfilled mission, on one's own turn, and wins. */
export function showMission(game: Game, by: number, { secret }: MoveOf<"mission">): Happening[] {
  must(game.options.missions, "this game has no missions");
  must(
    ["reinforce", "attack", "fortify"].includes(game.phase.name),
    "a mission is shown between moves of one's own turn",
  );
  const seat = game.seats[by];
  must(seat !== undefined && seat.seal === sealOf(game.room, seat.id, secret), "this is not the sealed mission");
  must(isFulfilled(game, by, missionOf(game, by, secret)), "the mission is not fulfilled yet");
  game.phase = { name: "over", winner: by, how: "mission" };
  return [{ what: "won", seat: by, how: "mission" }];
}

/** The mission of a bot is known to all, so it wins with the move that fulfils it. */
export function checkOpenMission(game: Game): Happening[] {
  const { turn, phase } = game;
  if (!game.options.missions || !["attack", "fortify", "reinforce"].includes(phase.name)) return [];
  if (game.seats[turn]?.seal !== null || !isFulfilled(game, turn, missionOf(game, turn, openSecret(turn)))) return [];
  game.phase = { name: "over", winner: turn, how: "mission" };
  return [{ what: "won", seat: turn, how: "mission" }];
}
