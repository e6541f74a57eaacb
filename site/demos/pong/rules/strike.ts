import {
  BALL_RADIUS,
  clamp,
  otherSide,
  PADDLE_SPEED,
  paddleHalf,
  type Seat,
  sideOf,
  type TeamSize,
  touchX,
} from "./court.ts";
import { acrossAt, type Flight, heightAt, type Path } from "./flight.ts";

/** A paddle as it strikes: its middle, its speed in units per second (downwards), and whether it spends its energy. */
export interface Swing {
  readonly y: number;
  readonly v: number;
  readonly power: boolean;
}

/** Units per second of the first strike; the factor of each further one in the same rally, and of all together at most. */
export const SERVE_SPEED = 185;
export const FASTER = 1.05;
export const FASTEST = 2;
/** Of a power shot, for this flight only. */
export const POWER = 1.4;

/** Steepness of a ball struck by the very end of a paddle: 57 degrees. */
const EDGE = 1.55;
/** Share of the old direction that a strike keeps. */
const KEPT = 0.2;
/** How much of the paddle's motion becomes direction and spin. */
const DRAG = 0.0009;
const GRIP = 0.55;
const MOST_SPIN = 170;

/** The farthest from the middle of a paddle at which it still hits. */
export const reachOf = (teams: TeamSize): number => paddleHalf(teams) + BALL_RADIUS;

/** Whether a paddle there hits the ball at that step. */
export function hits(path: Path, tick: number, y: number, teams: TeamSize): boolean {
  if (!Number.isInteger(tick) || tick < path.touch || tick > path.last) return false;
  return Math.abs(heightAt(path, tick) - y) <= reachOf(teams);
}

/** Multiplied step by step: powers may differ from machine to machine in the last bit. */
export function speedOf(strikes: number): number {
  let factor = 1;
  for (let i = 0; i < strikes && factor < FASTEST; i++) factor *= FASTER;
  return SERVE_SPEED * Math.min(FASTEST, factor);
}

function launch(from: Seat, y: number, slope: number, spin: number, speed: number): Flight {
  const to = otherSide(sideOf(from));
  const across = speed / Math.sqrt(1 + slope * slope);
  return { to, x: touchX(sideOf(from)), y, vx: to === 1 ? across : -across, vy: across * slope, spin };
}

const spinOf = (v: number): number => clamp(v * GRIP, -MOST_SPIN, MOST_SPIN);
const limited = (v: number): number => clamp(v, -PADDLE_SPEED, PADDLE_SPEED);

/**
 * The server sends the ball off in the direction in which its paddle moves. `lean` is added to the slope: without it, two players who do
 * not move would play one straight rally for ever.
 */
export function serveFlight(seat: Seat, { y, v }: Swing, lean = 0): Flight {
  return launch(seat, y, clamp(limited(v) * 0.0025 + lean, -0.7, 0.7), spinOf(v) * 0.5, speedOf(0));
}

/**
 * The flight after a strike. Where the ball meets the paddle sets the angle, the paddle's motion adds spin in its direction: the ball
 * curves the way the paddle was swung. `strikes` counts those of the rally before this one.
 */
export function returnFlight(
  path: Path,
  tick: number,
  seat: Seat,
  swing: Swing,
  teams: TeamSize,
  strikes: number,
): Flight {
  const y = heightAt(path, tick);
  const offset = clamp((y - swing.y) / reachOf(teams), -1, 1);
  const old = (path.vys[tick] ?? 0) / Math.abs(path.flight.vx);
  const slope = clamp(offset * EDGE + old * KEPT + limited(swing.v) * DRAG, -EDGE, EDGE);
  const speed = speedOf(strikes) * (swing.power ? POWER : 1);
  const struck = launch(seat, y, slope, spinOf(swing.v), speed);
  // A late strike with the paddle's end sends the ball off from where it is, behind the face.
  return { ...struck, x: acrossAt(path, tick) };
}
