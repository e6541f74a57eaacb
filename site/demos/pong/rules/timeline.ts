import { clamp, type Seat, type Side, sideOf } from "./court.ts";
import { acrossAt, heightAt } from "./flight.ts";
import { type Match, type Move, pathOf, turnOf, winnerOf } from "./match.ts";

/** What happens on this screen, for the effects. */
export type Happening =
  | { readonly kind: "serve"; readonly seat: Seat; readonly x: number; readonly y: number }
  | {
      readonly kind: "strike";
      readonly seat: Seat;
      readonly x: number;
      readonly y: number;
      readonly power: boolean;
      readonly strikes: number;
    }
  | { readonly kind: "wall"; readonly x: number; readonly y: number }
  | { readonly kind: "point"; readonly side: Side; readonly x: number; readonly y: number }
  | { readonly kind: "let" }
  | { readonly kind: "over"; readonly side: Side };

interface Pending {
  readonly move: Move;
  readonly seat: Seat | undefined;
  /** The match after it. */
  readonly match: Match;
}

/** An answer is expected this much later at most, in steps. */
const MOST_EXTRA = 150;
/** Steps within which a late picture is made up for, unless it is very late. */
const CATCH_UP = 14;
const FASTEST_CATCH_UP = 4;
/** Moves that may wait to be shown; beyond, the older ones are skipped. */
const MOST_PENDING = 3;
/** An answer should be there so many steps before it is shown, or its paddle would have to jump to the ball. */
const RESERVE = 8;
/** Steps for which a lost ball still flies. */
const OUT = 26;

/**
 * What one screen shows of a match. Every player sees a ball that flies towards them from the beginning and at its true speed, however
 * late the news of it arrived. The ball that flies away makes up for that: it flies slower, by as much as the answer usually takes, and
 * waits at the other paddle until the answer is there. So nobody has less time to react because of the network, and no bounce is taken back.
 */
export class Timeline {
  /** The match as shown, which is the match as it is, or a few moves earlier. */
  #shown: Match;
  #latest: Match;
  #pending: Pending[] = [];
  /** The step of the shown flight, and how long it has been shown, in steps. */
  #ticks = 0;
  #elapsed = 0;
  /** How much later than on the other screen the answer arrives, in steps. */
  #extra = RESERVE;
  #hold = 0;
  /** `decides` tells which seats this screen decides for: their ball is never slowed down. */
  readonly #decides: (seat: Seat) => boolean;

  constructor(match: Match, decides: (seat: Seat) => boolean) {
    this.#shown = match;
    this.#latest = match;
    this.#decides = decides;
  }

  get shown(): Match {
    return this.#shown;
  }

  /** The match after all moves, also those that are not shown yet. */
  get latest(): Match {
    return this.#latest;
  }

  get ticks(): number {
    return this.#ticks;
  }

  /** Steps by which the flying-away ball is slowed down. */
  get extra(): number {
    return this.#extra;
  }

  /** The ball waits for an answer that is later than usual. */
  get isWaiting(): boolean {
    const { flight } = this.#shown;
    return (
      flight !== undefined && this.#pending.length === 0 && this.#elapsed > pathOf(flight).touch + this.#extra + 60
    );
  }

  /** Whether the picture is up to date, so that this screen may decide. */
  get isCurrent(): boolean {
    return this.#pending.length === 0 && this.#hold === 0;
  }

  /** The strike to come, if it is known already: its paddle must be there when the ball is. */
  get announced(): { readonly seat: Seat; readonly y: number; readonly ticks: number } | undefined {
    const [next] = this.#pending;
    if (!next || next.seat === undefined || next.move.kind !== "return") return undefined;
    return { seat: next.seat, y: next.move.y, ticks: Math.max(0, next.move.tick - this.#ticks) };
  }

  /** Where the ball is between two steps, or some steps ago; undefined while it lies on the server's paddle. */
  ball(alpha = 0): { readonly x: number; readonly y: number; readonly spin: number } | undefined {
    const { flight } = this.#shown;
    if (!flight) return undefined;
    const ticks = Math.max(0, this.#ticks + (this.#hold > 0 && alpha > 0 ? 0 : alpha * this.#rate()));
    return { x: acrossAt(pathOf(flight), ticks), y: heightAt(pathOf(flight), ticks), spin: flight.spin };
  }

  /** A move that counts, with the match after it. */
  push(move: Move, seat: Seat | undefined, match: Match): void {
    this.#measure(move, seat);
    this.#latest = match;
    this.#pending.push({ move, seat, match });
  }

  /** Shows a match as it stands: another one, or after moves were missed. */
  restart(match: Match): void {
    this.#pending = [];
    this.#show(match);
    this.#latest = match;
  }

  /** Stops the picture for so many steps: a page that has been asleep gives its player a moment. */
  hold(steps: number): void {
    this.#hold = Math.max(this.#hold, steps);
  }

  /** One step. */
  advance(): Happening[] {
    if (this.#hold > 0) {
      this.#hold--;
      return [];
    }
    const happenings: Happening[] = [];
    while (this.#pending.length > MOST_PENDING) this.#take(happenings);
    const { flight } = this.#shown;
    if (!flight) {
      if (this.#pending.length > 0) this.#take(happenings);
      return happenings;
    }
    const before = this.#ticks;
    const goal = this.#goal();
    this.#ticks = Math.min(before + this.#rate(), goal ?? Number.POSITIVE_INFINITY);
    this.#elapsed++;
    for (const wall of pathOf(flight).walls)
      if (wall > before && wall <= this.#ticks)
        happenings.push({ kind: "wall", x: acrossAt(pathOf(flight), wall), y: heightAt(pathOf(flight), wall) });
    if (goal !== undefined && this.#ticks >= goal) this.#take(happenings);
    return happenings;
  }

  /** The step of the shown flight at which the next move happens; undefined if it is not known yet. */
  #goal(): number | undefined {
    const [next] = this.#pending;
    if (!next || !this.#shown.flight) return undefined;
    if (next.move.kind === "return") return next.move.tick;
    return next.move.kind === "miss" ? pathOf(this.#shown.flight).last + OUT : 0;
  }

  /** Steps of the flight per step of the clock. */
  #rate(): number {
    const { flight } = this.#shown;
    const seat = turnOf(this.#shown);
    if (!flight || seat === undefined) return 1;
    const goal = this.#goal();
    if (goal !== undefined) return clamp((goal - this.#ticks) / CATCH_UP, 1, FASTEST_CATCH_UP);
    if (this.#decides(seat)) return 1;
    const { touch } = pathOf(flight);
    const left = touch + this.#extra - this.#elapsed;
    return clamp((touch - this.#ticks) / Math.max(CATCH_UP, left), 0, 1);
  }

  /** Learns how late answers are, from each that comes to the flight on screen. */
  #measure(move: Move, seat: Seat | undefined): void {
    if (seat === undefined || this.#decides(seat) || move.kind !== "return" || this.#pending.length > 0) return;
    const late = clamp(this.#elapsed - move.tick + RESERVE, 0, MOST_EXTRA);
    this.#extra += (late - this.#extra) * (late > this.#extra ? 0.6 : 0.25);
  }

  #show(match: Match): void {
    this.#shown = match;
    this.#ticks = 0;
    this.#elapsed = 0;
  }

  #take(happenings: Happening[]): void {
    const next = this.#pending.shift();
    if (!next) return;
    const before = this.#shown;
    const ball = this.ball();
    this.#show(next.match);
    happenings.push(...happeningsOf(next, before, ball ?? { x: 0, y: 0 }));
  }
}

function happeningsOf({ move, seat, match }: Pending, before: Match, ball: { x: number; y: number }): Happening[] {
  if (move.kind === "let" || seat === undefined) return [{ kind: "let" }];
  const { flight } = match;
  if (move.kind === "miss") {
    const winner = winnerOf(match);
    const side: Side = sideOf(seat) === 0 ? 1 : 0;
    const point: Happening = { kind: "point", side, x: ball.x, y: ball.y };
    return winner === undefined ? [point] : [point, { kind: "over", side: winner }];
  }
  const { x, y } = flight ?? ball;
  if (move.kind === "serve") return [{ kind: "serve", seat, x, y }];
  return [{ kind: "strike", seat, x, y, power: move.power, strikes: before.strikes + 1 }];
}
