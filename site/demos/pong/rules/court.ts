/** The court in units; everybody computes in them, whatever the size of the screen. Side 0 is left, side 1 is right. */
export const COURT = { width: 320, height: 180 } as const;
export const BALL_RADIUS = 3.6;
/** Distance of a paddle's face from its baseline, and its thickness behind the face. */
export const FACE = 16;
export const THICKNESS = 5;
/** Steps per second. The rules count in steps, so that the same moves give the same game on every machine. */
export const TICKS_PER_SECOND = 120;
export const TICK_MS = 1000 / TICKS_PER_SECOND;
/** The fastest paddle, units per second: pointers may jump, paddles may not. */
export const PADDLE_SPEED = 900;
/** Of a paddle that is moved by keys or a stick. */
export const KEY_SPEED = 250;

export type Side = 0 | 1;
/** Seats 0 and 2 are on side 0, seats 1 and 3 on side 1. In singles only 0 and 1 play. */
export type Seat = 0 | 1 | 2 | 3;
export type TeamSize = 1 | 2;

export const sideOf = (seat: Seat): Side => (seat % 2 === 0 ? 0 : 1);
export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);
const SEATS: readonly Seat[] = [0, 1, 2, 3];
export const seatsOf = (teams: TeamSize): readonly Seat[] => SEATS.slice(0, teams * 2);
export const isSeat = (value: unknown): value is Seat => SEATS.some((seat) => seat === value);

/** Half the length of a paddle. */
export const paddleHalf = (teams: TeamSize): number => (teams === 1 ? 17 : 13);

export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Where the middle of a paddle may be. In doubles each player guards one half. A paddle stays one ball's radius away from the middle: it
 * reaches every ball of its own half, and never touches one of its partner's.
 */
export function paddleRange(seat: Seat, teams: TeamSize): Range {
  const half = paddleHalf(teams);
  const { height } = COURT;
  if (teams === 1) return { least: half, most: height - half };
  const middle = height / 2;
  return seat < 2
    ? { least: half, most: middle - BALL_RADIUS - half }
    : { least: middle + BALL_RADIUS + half, most: height - half };
}

export const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** A paddle moves towards where it is wanted, no faster than paddles are. */
export function movePaddle(y: number, wanted: number, seat: Seat, teams: TeamSize, speed = PADDLE_SPEED): number {
  const { least, most } = paddleRange(seat, teams);
  const step = speed / TICKS_PER_SECOND;
  return clamp(y + clamp(wanted - y, -step, step), least, most);
}

/** x of the ball's middle when it touches the paddle's face, and when it is past the paddle. */
export const touchX = (to: Side): number => (to === 0 ? FACE + BALL_RADIUS : COURT.width - FACE - BALL_RADIUS);
export const pastX = (to: Side): number => (to === 0 ? FACE - THICKNESS : COURT.width - FACE + THICKNESS);
