import { otherSide, paddleRange, type Seat, type Side, seatsOf, sideOf, type TeamSize } from "./court.ts";
import { type Flight, type Path, plot, receiverOf } from "./flight.ts";
import { randomFrom } from "./random.ts";
import { hits, returnFlight, type Swing, serveFlight } from "./strike.ts";

export type Goal = 3 | 7 | 11;
export const GOALS: readonly Goal[] = [3, 7, 11];

/** Returns that fill the energy of a paddle. A power shot spends all of it. */
export const FULL = 3;

export interface Match {
  readonly teams: TeamSize;
  /** Points to win. */
  readonly goal: Goal;
  readonly score: readonly [number, number];
  /** Number of the last move: serve, return, miss or let. */
  readonly n: number;
  readonly phase: "serve" | "rally" | "over";
  /** Who serves this rally. */
  readonly server: Seat;
  /** Strikes of this rally, the serve included. */
  readonly strikes: number;
  /** By seat, 0 to FULL. */
  readonly energy: readonly number[];
  /** While the ball flies. */
  readonly flight?: Flight;
  /** The longest rally so far, in strikes. */
  readonly longest: number;
}

/** What the players do. Each move has the number that follows the last one, so none counts twice or late. */
export type Move =
  | ({ readonly kind: "serve"; readonly n: number } & Swing)
  | ({ readonly kind: "return"; readonly n: number; readonly tick: number } & Swing)
  /** The side that should have returned the ball says that it did not: nobody else can. */
  | { readonly kind: "miss"; readonly n: number }
  /** The host voids a rally that cannot go on, because a player has lost it in a reload. The same player serves again. */
  | { readonly kind: "let"; readonly n: number };

export const newMatch = (teams: TeamSize, goal: Goal, server: Seat = 0): Match => ({
  teams,
  goal,
  score: [0, 0],
  n: 0,
  phase: "serve",
  server,
  strikes: 0,
  energy: [0, 0, 0, 0],
  longest: 0,
});

const paths = new WeakMap<Flight, Path>();

/** The path of a flight, computed once. */
export function pathOf(flight: Flight): Path {
  const known = paths.get(flight) ?? plot(flight);
  paths.set(flight, known);
  return known;
}

/** The seat whose turn it is: the server, or the one that must return the ball; undefined when the match is over. */
export function turnOf({ phase, server, flight, teams }: Match): Seat | undefined {
  if (phase === "serve") return server;
  return phase === "rally" && flight ? receiverOf(pathOf(flight), teams) : undefined;
}

export const winnerOf = ({ score, goal }: Match): Side | undefined =>
  score[0] >= goal ? 0 : score[1] >= goal ? 1 : undefined;

/** Why a move does not count. */
export type Refusal =
  | "wrong number"
  | "not their turn"
  | "match is over"
  | "no energy"
  | "paddle is elsewhere"
  | "paddle outside its range";

export type Outcome = { readonly match: Match } | { readonly refused: Refusal };

const inRange = (seat: Seat, teams: TeamSize, y: number): boolean => {
  const { least, most } = paddleRange(seat, teams);
  return y >= least - 1e-6 && y <= most + 1e-6;
};

/** The conceding side serves next; in doubles its two players take turns. */
const nextServer = (conceded: Side, points: number, teams: TeamSize): Seat => {
  const partner = teams === 2 && points % 4 > 1;
  if (conceded === 0) return partner ? 2 : 0;
  return partner ? 3 : 1;
};

function afterMiss(match: Match, n: number, loser: Side): Match {
  const { score, teams, longest, strikes, flight: _, ...rest } = match;
  const points: [number, number] = [score[0], score[1]];
  points[otherSide(loser)]++;
  const next: Match = {
    ...rest,
    teams,
    n,
    score: points,
    strikes: 0,
    longest: Math.max(longest, strikes),
    phase: "serve",
    server: nextServer(loser, points[0] + points[1], teams),
  };
  return winnerOf(next) === undefined ? next : { ...next, phase: "over" };
}

const energyAfter = (energy: readonly number[], seat: Seat, power: boolean): readonly number[] =>
  energy.map((value, index) => (index !== seat ? value : power ? 0 : Math.min(FULL, value + 1)));

/** The slope of a serve from a paddle at rest: 0.15 to 0.4 to either side, another one for each serve. */
function leanOf(n: number): number {
  const random = randomFrom(n, 3);
  const lean = 0.15 + 0.25 * random();
  return random() < 0.5 ? -lean : lean;
}

function strike(match: Match, seat: Seat, move: Extract<Move, { y: number }>): Outcome {
  const { teams, strikes, energy, flight } = match;
  if (!inRange(seat, teams, move.y) || !Number.isFinite(move.v)) return { refused: "paddle outside its range" };
  if (move.kind === "serve") {
    const served = serveFlight(seat, move, leanOf(move.n));
    return { match: { ...match, n: move.n, phase: "rally", strikes: 1, flight: served } };
  }
  if (move.power && (energy[seat] ?? 0) < FULL) return { refused: "no energy" };
  if (!flight || !hits(pathOf(flight), move.tick, move.y, teams)) return { refused: "paddle is elsewhere" };
  const next = returnFlight(pathOf(flight), move.tick, seat, move, teams, strikes);
  return {
    match: { ...match, n: move.n, strikes: strikes + 1, energy: energyAfter(energy, seat, move.power), flight: next },
  };
}

/** The match after a move of a seat, or why that does not count. Lets come from the host, and need no seat. */
export function apply(match: Match, move: Move, seat: Seat | undefined): Outcome {
  if (match.phase === "over") return { refused: "match is over" };
  if (move.kind === "let") {
    // Moves may be on their way while the host decides. Its number lies beyond theirs, so they come too late everywhere.
    if (move.n <= match.n) return { refused: "wrong number" };
    const { flight: _, ...rest } = match;
    return { match: { ...rest, n: move.n, phase: "serve", strikes: 0 } };
  }
  if (move.n !== match.n + 1) return { refused: "wrong number" };
  const isServe = match.phase === "serve";
  if (seat === undefined || seat !== turnOf(match) || isServe !== (move.kind === "serve"))
    return { refused: "not their turn" };
  if (move.kind === "miss") return { match: afterMiss(match, move.n, sideOf(seat)) };
  return strike(match, seat, move);
}

/** The seats that play, in order. */
export const seatsIn = (match: Match): readonly Seat[] => seatsOf(match.teams);
