import { clamp, movePaddle, paddleHalf, paddleRange, type Seat, sideOf, TICKS_PER_SECOND } from "./court.ts";
import { heightAt, type Path, receiverOf } from "./flight.ts";
import { FULL, type Match, pathOf, turnOf } from "./match.ts";
import { randomFrom } from "./random.ts";
import type { Swing } from "./strike.ts";

export type Level = "gentle" | "steady" | "sharp";
export const LEVELS: readonly Level[] = ["gentle", "steady", "sharp"];

interface Skill {
  /** Steps until it sees where a ball goes. */
  readonly reaction: number;
  /** Units per second. */
  readonly speed: number;
  /** How far it misjudges a ball at the speed of a serve; faster ones in proportion. */
  readonly error: number;
  /** Share of its strikes that it swings for spin. */
  readonly swings: number;
  readonly usesPower: boolean;
}

const SKILLS: Readonly<Record<Level, Skill>> = {
  gentle: { reaction: 60, speed: 95, error: 20, swings: 0.1, usesPower: false },
  steady: { reaction: 34, speed: 165, error: 13, swings: 0.35, usesPower: true },
  sharp: { reaction: 20, speed: 260, error: 8, swings: 0.7, usesPower: true },
};

/** Units per second of a paddle that swings for spin. */
const SWING = 240;

/** What the computer does with one flight. The same match gives the same plan, so the next host goes on as this one would have. */
interface Plan {
  readonly y: number;
  readonly swing: number;
  readonly power: boolean;
}

function planFor(match: Match, path: Path, seat: Seat, level: Level): Plan {
  const { error, swings, usesPower } = SKILLS[level];
  const random = randomFrom(match.n, seat, match.score[0] * 16 + match.score[1], LEVELS.indexOf(level));
  // The sum of two is a triangle: small errors are more frequent than large ones.
  const pace = Math.abs(path.flight.vx) / 185;
  const misjudged = (random() + random() - 1) * error * pace * 1.6;
  const half = paddleHalf(match.teams);
  const aim = (random() * 2 - 1) * half * 0.6;
  const swing = random() < swings ? (random() < 0.5 ? -SWING : SWING) : 0;
  const power = usesPower && (match.energy[seat] ?? 0) >= FULL && random() < 0.6;
  return { y: heightAt(path, path.touch) + aim + misjudged, swing, power };
}

/** Steps from which it swings, before the ball is there. */
const SWING_TICKS = 10;

/** Where the computer's paddle is after one more step. `ticks` is how long the flight has lasted. */
export function steer(match: Match, seat: Seat, level: Level, y: number, ticks: number): number {
  const { teams, flight } = match;
  const { speed, reaction } = SKILLS[level];
  const { least, most } = paddleRange(seat, teams);
  const rest = (least + most) / 2;
  if (!flight) return movePaddle(y, serveAim(match, seat), seat, teams, speed * 0.5);
  const path = pathOf(flight);
  const isMine = flight.to === sideOf(seat) && receiverOf(path, teams) === seat;
  // It walks back to the middle while the ball flies away.
  if (!isMine || ticks < reaction) return movePaddle(y, rest, seat, teams, speed * 0.4);
  const plan = planFor(match, path, seat, level);
  const left = path.touch - ticks;
  if (plan.swing === 0) return movePaddle(y, plan.y, seat, teams, speed);
  const start = plan.y - (plan.swing * SWING_TICKS) / TICKS_PER_SECOND;
  if (left > SWING_TICKS) return movePaddle(y, start, seat, teams, speed);
  return movePaddle(y, plan.y + plan.swing, seat, teams, SWING);
}

const serveAim = (match: Match, seat: Seat): number => {
  const { least, most } = paddleRange(seat, match.teams);
  if (match.server !== seat) return (least + most) / 2;
  return clamp(least + (most - least) * randomFrom(match.n, seat, 7)(), least, most);
};

/** The strike with which it meets the ball, from where its paddle is and how fast that moves. */
export function swingOf(match: Match, seat: Seat, level: Level, y: number, v: number): Swing {
  const power =
    match.flight && turnOf(match) === seat ? planFor(match, pathOf(match.flight), seat, level).power : false;
  return { y, v, power };
}

/** Steps that it takes before it serves. */
export const SERVE_TICKS = 130;
