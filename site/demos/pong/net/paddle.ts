import { createPlayback, type Playback } from "../../shared/feel/playback.ts";
import { createSampler, type Sampler } from "../../shared/feel/sampler.ts";
import { paddleRange, type Seat, type TeamSize, TICKS_PER_SECOND } from "../rules/court.ts";

/** How often a paddle's position is sent while it moves, ms. */
export const SEND_INTERVAL = 50;
/** Steps over which the speed of a paddle is measured. */
const SPEED_TICKS = 6;
/** Share of the way to its played-back position that a paddle moves in a step. */
const FOLLOW = 0.25;
/** A smaller move is not worth sending, units. */
const SMALLEST = 0.3;

const between = (from: number, to: number, share: number): number => from + (to - from) * share;
const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** One paddle on this screen: moved here, or played back from what its player sends. */
export class Paddle {
  y: number;
  /** By age, newest first. */
  readonly #before: number[] = [];
  readonly #playback: Playback<number> = createPlayback({ between, interval: SEND_INTERVAL });
  readonly #sampler: Sampler;

  constructor(seat: Seat, teams: TeamSize, send: (y: number) => void) {
    const { least, most } = paddleRange(seat, teams);
    this.y = (least + most) / 2;
    this.#sampler = createSampler({
      interval: SEND_INTERVAL,
      read: () => rounded(this.y, 1),
      isSame: (a, b) => Math.abs(a - b) < SMALLEST,
      send,
    });
  }

  /** As it is sent with a strike, so that everybody computes with the same numbers: position, and speed in units per second. */
  get swing(): { readonly y: number; readonly v: number } {
    const oldest = this.#before.at(-1) ?? this.y;
    const seconds = this.#before.length / TICKS_PER_SECOND;
    return { y: rounded(this.y, 2), v: seconds > 0 ? Math.round((this.y - oldest) / seconds) : 0 };
  }

  /** One step of a paddle that is moved here. */
  moveTo(y: number, now: number): void {
    this.#before.unshift(this.y);
    if (this.#before.length > SPEED_TICKS) this.#before.length = SPEED_TICKS;
    this.y = y;
    this.#sampler.poll(now);
  }

  received(y: number, sentAt: number, now: number): void {
    this.#playback.push(y, sentAt, now);
  }

  /** One step of another player's paddle. `strike` is where it will meet the ball, and in how many steps. */
  follow(now: number, strike: { readonly y: number; readonly ticks: number } | undefined): void {
    // The strike is known before its time: the paddle is at the ball when the ball is there.
    if (strike) this.y += (strike.y - this.y) / Math.max(1, strike.ticks / 2.5);
    else this.y += ((this.#playback.sample(now) ?? this.y) - this.y) * FOLLOW;
  }

  /** Somebody has joined who does not know where it is. */
  repeat(): void {
    this.#sampler.repeat();
  }
}
