import { type Level, SERVE_TICKS, steer, swingOf } from "../rules/computer.ts";
import { KEY_SPEED, movePaddle, type Seat, TICK_MS } from "../rules/court.ts";
import { apply, FULL, type Match, type Move, pathOf, seatsIn, turnOf } from "../rules/match.ts";
import { hits } from "../rules/strike.ts";
import { type Happening, Timeline } from "../rules/timeline.ts";
import { Paddle } from "./paddle.ts";

/** What a player wants at this moment. */
export interface Steering {
  /** Where a pointer wants the paddle, along the baseline. */
  readonly target: number | undefined;
  /** Keys or stick: -1 to 1. */
  readonly axis: number;
  /** Serve now, if it is the own serve. */
  readonly serves: boolean;
  /** Spend the energy with the next strike. */
  readonly isArmed: boolean;
}

export interface CourtPort {
  /** Who moves a seat on this screen; undefined: somebody elsewhere. */
  control(seat: Seat): "me" | Level | undefined;
  sendMove(move: Move, seat: Seat): void;
  sendPaddle(seat: Seat, y: number): void;
  /** A ball came back before it can have been there. */
  protest(move: Move): void;
}

/** Steps after a point before anybody serves, and after which the serve is made for a player who waits. */
const PAUSE = 75;
const SERVE_LIMIT = 720;
/** A player whose page was asleep gets a moment before an incoming ball moves again, steps. */
const WAKE_UP = 100;
/** Share of a flight's time, and ms, by which an answer may be too early: clocks run unevenly. */
const TOLERANCE = 0.9;
const SLACK = 60;

/** A match on this screen: the rules, what is shown of it, the paddles, and the decisions that are this screen's to make. */
export class LiveCourt {
  readonly timeline: Timeline;
  readonly paddles: readonly Paddle[];
  /** When the last move came, ms. */
  movedAt: number;
  readonly #port: CourtPort;
  #match: Match;
  #shownN = -1;
  #shownSteps = 0;
  #struckAt = 0;
  #isStruckHere = false;

  constructor(match: Match, port: CourtPort, now: number) {
    this.#match = match;
    this.#port = port;
    this.movedAt = now;
    this.timeline = new Timeline(match, (seat) => port.control(seat) !== undefined);
    this.paddles = seatsIn(match).map((seat) => new Paddle(seat, match.teams, (y) => port.sendPaddle(seat, y)));
  }

  get match(): Match {
    return this.#match;
  }

  /** One step of the game. */
  step(now: number, steering: Steering): Happening[] {
    const happenings = this.timeline.advance();
    const { shown } = this.timeline;
    this.#shownSteps = shown.n === this.#shownN ? this.#shownSteps + 1 : 0;
    this.#shownN = shown.n;
    for (const seat of seatsIn(shown)) this.#movePaddle(seat, now, steering);
    this.#decide(now, steering);
    return happenings;
  }

  /** A move of somebody else. Returns why it does not count. */
  receive(move: Move, seat: Seat | undefined, now: number): string | undefined {
    const outcome = apply(this.#match, move, seat);
    if ("refused" in outcome) return outcome.refused;
    if (move.kind === "return" && this.#isTooEarly(now)) {
      this.#port.protest(move);
      return "the ball cannot have been there yet";
    }
    this.#accept(outcome.match, move, seat, now, false);
    return undefined;
  }

  /** The host voids the rally. The number lies beyond all moves that may be on their way. */
  voidRally(now: number): Move {
    const move: Move = { kind: "let", n: this.#match.n + 10 };
    const outcome = apply(this.#match, move, undefined);
    if ("match" in outcome) this.#accept(outcome.match, move, undefined, now, true);
    return move;
  }

  /** Continues from a match as somebody else knows it. */
  adopt(match: Match, now: number): void {
    if (match.teams !== this.#match.teams) return;
    this.#match = match;
    this.movedAt = now;
    this.#isStruckHere = false;
    this.timeline.restart(match);
  }

  /** The page was asleep. */
  wakeUp(): void {
    this.timeline.hold(WAKE_UP);
  }

  canArm(seat: Seat): boolean {
    return (this.timeline.shown.energy[seat] ?? 0) >= FULL;
  }

  #movePaddle(seat: Seat, now: number, { target, axis }: Steering): void {
    const paddle = this.paddles[seat];
    if (!paddle) return;
    const control = this.#port.control(seat);
    const { shown, ticks, announced } = this.timeline;
    if (control === undefined) paddle.follow(now, announced?.seat === seat ? announced : undefined);
    else if (control !== "me") paddle.moveTo(steer(shown, seat, control, paddle.y, ticks), now);
    else if (axis !== 0)
      paddle.moveTo(movePaddle(paddle.y, paddle.y + axis * 400, seat, shown.teams, KEY_SPEED * Math.abs(axis)), now);
    else paddle.moveTo(movePaddle(paddle.y, target ?? paddle.y, seat, shown.teams), now);
  }

  #decide(now: number, steering: Steering): void {
    const { shown } = this.timeline;
    const seat = turnOf(shown);
    const control = seat === undefined ? undefined : this.#port.control(seat);
    if (seat === undefined || control === undefined || !this.timeline.isCurrent) return;
    const move = shown.flight ? this.#answer(seat, control, steering) : this.#serve(seat, control, steering);
    if (!move) return;
    const outcome = apply(this.#match, move, seat);
    if ("refused" in outcome) return;
    this.#accept(outcome.match, move, seat, now, true);
    this.#port.sendMove(move, seat);
  }

  #serve(seat: Seat, control: "me" | Level, { serves }: Steering): Move | undefined {
    const steps = this.#shownSteps;
    if (steps < PAUSE || steps < (control === "me" ? (serves ? 0 : SERVE_LIMIT) : SERVE_TICKS)) return undefined;
    const { y, v } = this.paddles[seat]?.swing ?? { y: 0, v: 0 };
    return { kind: "serve", n: this.#match.n + 1, y, v, power: false };
  }

  #answer(seat: Seat, control: "me" | Level, { isArmed }: Steering): Move | undefined {
    const { shown, ticks } = this.timeline;
    const paddle = this.paddles[seat];
    if (!shown.flight || !paddle) return undefined;
    const path = pathOf(shown.flight);
    const tick = Math.floor(ticks + 1e-9);
    if (tick < path.touch) return undefined;
    const n = this.#match.n + 1;
    const { y, v } = paddle.swing;
    if (hits(path, tick, y, shown.teams)) {
      const power = control === "me" ? isArmed && this.canArm(seat) : swingOf(shown, seat, control, y, v).power;
      return { kind: "return", n, tick, y, v, power };
    }
    return tick > path.last ? { kind: "miss", n } : undefined;
  }

  #isTooEarly(now: number): boolean {
    const { flight } = this.#match;
    if (!this.#isStruckHere || !flight) return false;
    return now - this.#struckAt < pathOf(flight).touch * TICK_MS * TOLERANCE - SLACK;
  }

  #accept(match: Match, move: Move, seat: Seat | undefined, now: number, isHere: boolean): void {
    this.#match = match;
    this.movedAt = now;
    this.#isStruckHere = isHere && match.flight !== undefined;
    this.#struckAt = now;
    this.timeline.push(move, seat, match);
  }
}
