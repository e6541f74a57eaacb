import {
  BALL_RADIUS,
  COURT,
  clamp,
  pastX,
  type Seat,
  type Side,
  type TeamSize,
  TICKS_PER_SECOND,
  touchX,
} from "./court.ts";

/** The ball between two strikes. Speeds in units per second. */
export interface Flight {
  /** The side that must return it. */
  readonly to: Side;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  /** Sideways acceleration, units per second². */
  readonly spin: number;
}

/** Steeper than that, a ball would bounce from wall to wall for ever. */
export const STEEPEST = 1.7;

const DT = 1 / TICKS_PER_SECOND;

/**
 * Where the ball is after each step of a flight. Only additions and multiplications in a fixed order: all machines get the same
 * numbers to the last bit, which sines would not promise.
 */
export interface Path {
  readonly flight: Flight;
  /** The first step at which the ball touches the paddle's face. */
  readonly touch: number;
  /** The last step at which a paddle can still hit it. */
  readonly last: number;
  readonly ys: Float64Array;
  readonly vys: Float64Array;
  /** Steps at which it bounced off a wall. */
  readonly walls: readonly number[];
}

/** Steps that are computed beyond the paddle: the ball leaves the court in them. */
const BEYOND = 60;

const stepsTo = ({ x, vx }: Flight, goal: number): number => Math.max(0, Math.ceil((goal - x) / (vx * DT) - 1e-9));

export function plot(flight: Flight): Path {
  const touch = stepsTo(flight, touchX(flight.to));
  const last = stepsTo(flight, pastX(flight.to));
  const ys = new Float64Array(last + BEYOND + 1);
  const vys = new Float64Array(last + BEYOND + 1);
  const walls: number[] = [];
  const steepest = Math.abs(flight.vx) * STEEPEST;
  const [top, bottom] = [BALL_RADIUS, COURT.height - BALL_RADIUS];
  let { y, vy, spin } = flight;
  for (let tick = 0; tick < ys.length; tick++) {
    if (tick > 0) {
      vy = clamp(vy + spin * DT, -steepest, steepest);
      y += vy * DT;
      if (y < top || y > bottom) {
        y = y < top ? 2 * top - y : 2 * bottom - y;
        vy = -vy;
        // A wall takes most of the spin, and turns the rest around: the curve stays a curve in the mirror.
        spin = -spin * 0.4;
        walls.push(tick);
      }
    }
    ys[tick] = y;
    vys[tick] = vy;
  }
  return { flight, touch, last, ys, vys, walls };
}

/** y of the ball after so many steps, which need not be whole. */
export function heightAt({ ys }: Path, ticks: number): number {
  const tick = clamp(ticks, 0, ys.length - 1);
  const from = Math.floor(tick);
  const a = ys[from] ?? 0;
  const b = ys[Math.min(from + 1, ys.length - 1)] ?? a;
  return a + (b - a) * (tick - from);
}

export const acrossAt = ({ flight }: Path, ticks: number): number => flight.x + flight.vx * DT * ticks;

/** The seat that must return the ball. In doubles that depends on the half in which it touches the line of the paddles. */
export function receiverOf(path: Path, teams: TeamSize): Seat {
  const isLower = teams === 2 && heightAt(path, path.touch) >= COURT.height / 2;
  if (path.flight.to === 0) return isLower ? 2 : 0;
  return isLower ? 3 : 1;
}
