import * as v from "valibot";
import { defineGame } from "../../shared/room/definition.ts";
import { MOST_PLAYERS } from "../rules/bracket.ts";
import { LEVELS } from "../rules/computer.ts";
import { COURT, isSeat, PADDLE_SPEED, type Seat } from "../rules/court.ts";
import { FULL, GOALS, type Goal, type Match, type Move } from "../rules/match.ts";

/** Everything that travels between the players of a room. What does not match is rejected before anything else sees it. */

const number = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** Moves of one match: a rally of an hour has fewer. */
const count = whole(0, 1_000_000);
const seat = v.custom<Seat>(isSeat, "not a seat");
const court = v.pipe(v.string(), v.regex(/^[0-9]{1,2}-[0-9]$/, "not a court"));
const along = number(0, COURT.height);
const speed = number(-2 * PADDLE_SPEED, 2 * PADDLE_SPEED);
const swing = { y: along, v: speed, power: v.boolean() };

export const moveSchema: v.GenericSchema<Move> = v.variant("kind", [
  v.strictObject({ kind: v.literal("serve"), n: count, ...swing }),
  v.strictObject({ kind: v.literal("return"), n: count, tick: whole(0, 5_000), ...swing }),
  v.strictObject({ kind: v.literal("miss"), n: count }),
  v.strictObject({ kind: v.literal("let"), n: count }),
]);

const flightSchema = v.strictObject({
  to: v.picklist([0, 1]),
  x: number(0, COURT.width),
  y: along,
  vx: number(-1_000, 1_000),
  vy: number(-1_000, 1_000),
  spin: number(-500, 500),
});

const points = whole(0, Math.max(...GOALS));
const energy = whole(0, FULL);
const goal = v.custom<Goal>((value) => GOALS.some((one) => one === value), "not a number of points");

export const matchSchema: v.GenericSchema<Match> = v.strictObject({
  teams: v.picklist([1, 2]),
  goal,
  score: v.strictTuple([points, points]),
  n: count,
  phase: v.picklist(["serve", "rally", "over"]),
  server: seat,
  strikes: count,
  energy: v.strictTuple([energy, energy, energy, energy]),
  flight: v.exactOptional(flightSchema),
  longest: count,
});

export const FORMATS = ["match", "doubles", "tournament"] as const;
export type Format = (typeof FORMATS)[number];

const levelSchema = v.picklist(LEVELS);
/** Who has a seat on a court: a player's id, or the computer. */
const contestant = v.pipe(v.string(), v.maxLength(32));

const courtSchema = v.strictObject({
  id: court,
  /** By seat. */
  seats: v.pipe(v.array(contestant), v.minLength(2), v.maxLength(4)),
  /** Seats that the computer plays until their players return. */
  standIns: v.pipe(v.array(seat), v.maxLength(4)),
});
export type CourtEntry = v.InferOutput<typeof courtSchema>;

const setupSchema = v.strictObject({ format: v.picklist(FORMATS), goal, level: levelSchema });
export type Setup = v.InferOutput<typeof setupSchema>;

const roundSchema = v.strictObject({
  /** The round of the room it belongs to. */
  number: count,
  ...setupSchema.entries,
  /** In the order of the seeds. */
  entrants: v.pipe(v.array(contestant), v.maxLength(MOST_PLAYERS)),
  /** Decided matches of a tournament, and who won. */
  results: v.pipe(v.array(v.strictTuple([court, contestant])), v.maxLength(MOST_PLAYERS)),
  /** What is being played. */
  courts: v.pipe(v.array(courtSchema), v.maxLength(MOST_PLAYERS / 2)),
});
export type Round = v.InferOutput<typeof roundSchema>;

export const pong = defineGame({
  id: "pong",
  title: "Pong",
  seats: MOST_PLAYERS,
  minPlayers: 2,
  capacity: 40,
  solo: true,
  lateSeats: true,
  messages: {
    /** Where a paddle is, with the sender's time in ms. */
    paddle: v.strictObject({ c: court, s: seat, y: along, t: number(0, Number.MAX_SAFE_INTEGER) }),
    /** A serve, a strike, a miss or a let. */
    move: v.strictObject({ c: court, s: v.exactOptional(seat), m: moveSchema }),
    /** Asks for the match as it stands; `n` is the last move that the sender knows. */
    ask: v.strictObject({ c: court, n: count }),
    match: v.strictObject({ c: court, match: matchSchema }),
    /** Tells the host that a ball came back before it can have arrived. */
    protest: v.strictObject({ c: court, n: count }),
    /** Tells the host that a player is back and needs no computer any more. */
    back: v.strictObject({ c: court }),
  },
  checkpoints: {
    setup: setupSchema,
    round: roundSchema,
    /** By court, at the beginning of a rally. */
    scores: v.record(court, matchSchema),
  },
});

export const DEFAULT_SETUP: Setup = { format: "match", goal: 7, level: "gentle" };

const COMPUTER = "computer";
export const computerOf = (level: Setup["level"], seatNumber: number): string => `${COMPUTER} ${level} ${seatNumber}`;
export const levelOf = (entry: string): Setup["level"] | undefined => {
  const [kind, level] = entry.split(" ");
  return kind === COMPUTER ? LEVELS.find((one) => one === level) : undefined;
};
