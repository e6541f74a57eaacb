import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Seat, sideOf, TICK_MS } from "../rules/court.ts";
import { heightAt } from "../rules/flight.ts";
import { apply, type Match, type Move, newMatch, pathOf, turnOf } from "../rules/match.ts";
import { randomFrom } from "../rules/random.ts";
import { reachOf } from "../rules/strike.ts";
import { type Happening, Timeline } from "../rules/timeline.ts";

/** A screen that plays seat 0 or 1, or only watches. It meets each ball with a share of `skill`. */
class Screen {
  readonly timeline: Timeline;
  match: Match = newMatch(1, 7);
  readonly happenings: Happening[] = [];
  /** Steps for which each ball that flew to this side could be seen. */
  readonly seen: { readonly shown: number; readonly nominal: number }[] = [];
  furthest = 0;
  #since = 0;
  #n = 0;
  readonly #random: () => number;

  constructor(
    readonly seat: Seat | undefined,
    readonly skill: number,
  ) {
    this.timeline = new Timeline(this.match, (one) => one === seat);
    this.#random = randomFrom(11, seat ?? 9, skill * 1000);
  }

  receive(move: Move, from: Seat): void {
    const outcome = apply(this.match, move, from);
    if ("refused" in outcome) throw new Error(`${outcome.refused}: ${JSON.stringify(move)}`);
    this.match = outcome.match;
    this.timeline.push(move, from, outcome.match);
  }

  step(): Move | undefined {
    this.happenings.push(...this.timeline.advance());
    const { shown, ticks } = this.timeline;
    if (shown.n !== this.#n) [this.#n, this.#since] = [shown.n, 0];
    this.#since++;
    if (shown.flight && this.timeline.latest.n === shown.n && turnOf(shown) !== this.seat)
      this.furthest = Math.max(this.furthest, ticks - pathOf(shown.flight).touch);
    if (this.seat === undefined || !this.timeline.isCurrent || turnOf(shown) !== this.seat) return undefined;
    return this.#decide(shown, ticks);
  }

  #decide(shown: Match, ticks: number): Move | undefined {
    const n = shown.n + 1;
    if (!shown.flight) return this.#since > 60 ? { kind: "serve", n, y: 90, v: 0, power: false } : undefined;
    const path = pathOf(shown.flight);
    if (ticks < path.touch) return undefined;
    this.seen.push({ shown: this.#since, nominal: path.touch });
    if (this.#random() > this.skill) return { kind: "miss", n };
    const offset = (this.#random() - 0.5) * reachOf(1);
    const y = Math.max(17, Math.min(163, heightAt(path, path.touch) + offset));
    return { kind: "return", n, tick: path.touch, y, v: 0, power: false };
  }
}

interface Letter {
  readonly at: number;
  readonly to: Screen;
  readonly move: Move;
  readonly from: Seat;
}

/** Plays a match between two screens and a spectator; each move takes `way` ms plus up to `jitter` to everybody else. */
function playOver(
  way: number,
  jitter: number,
  skill = 0.85,
): { a: Screen; b: Screen; watcher: Screen; seconds: number } {
  const [a, b, watcher] = [new Screen(0, skill), new Screen(1, skill - 0.01), new Screen(undefined, 0)];
  const screens = [a, b, watcher];
  const random = randomFrom(way, jitter, 3);
  const letters: Letter[] = [];
  let tick = 0;
  const send = (from: Screen, move: Move) => {
    const seat = from.seat ?? 0;
    from.receive(move, seat);
    for (const to of screens) {
      if (to === from) continue;
      // In order, as a WebSocket delivers.
      const earliest = Math.max(0, ...letters.filter((one) => one.to === to).map(({ at }) => at));
      letters.push({ at: Math.max(earliest, tick + (way + jitter * random()) / TICK_MS), to, move, from: seat });
    }
  };
  for (; a.match.phase !== "over" && tick < 120 * 600; tick++) {
    for (const letter of letters.filter(({ at }) => at <= tick)) {
      letters.splice(letters.indexOf(letter), 1);
      letter.to.receive(letter.move, letter.from);
    }
    for (const screen of [a, b, watcher]) {
      const move = screen.step();
      if (move) send(screen, move);
    }
  }
  for (const { to, move, from } of letters) to.receive(move, from);
  return { a, b, watcher, seconds: tick / 120 };
}

describe("what the screens show", () => {
  test("with any latency, nobody sees an incoming ball for less time than it flies, and all screens agree", () => {
    const network = fc.record({ way: fc.integer({ min: 0, max: 400 }), jitter: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(network, ({ way, jitter }) => {
        const { a, b, watcher } = playOver(way, jitter);
        for (const player of [a, b]) {
          expect(player.seen.length).toBeGreaterThan(2);
          for (const { shown, nominal } of player.seen) expect(shown).toBeGreaterThanOrEqual(nominal);
        }
        expect(JSON.stringify(b.match)).toBe(JSON.stringify(a.match));
        expect(JSON.stringify(watcher.match)).toBe(JSON.stringify(a.match));
        expect(a.match.phase).toBe("over");
      }),
      { numRuns: 25 },
    );
  });

  test("a ball whose fate is unknown waits in front of the paddle, and never passes it", () => {
    for (const way of [0, 150, 400]) {
      const { a, b, watcher } = playOver(way, 100);
      for (const screen of [a, b, watcher]) expect(screen.furthest).toBeLessThanOrEqual(0);
    }
  });

  test("at 150 ms each way, the ball that flies away is slowed down by the time of the answer, and incoming balls not at all", () => {
    const { a, b } = playOver(150, 0);
    for (const player of [a, b]) {
      expect(player.timeline.extra * TICK_MS).toBeGreaterThan(200);
      expect(player.timeline.extra * TICK_MS).toBeLessThan(450);
      for (const { shown, nominal } of player.seen) expect(shown - nominal).toBeLessThanOrEqual(2);
    }
  });

  test("every strike, point and the end are shown to everybody, once", () => {
    const { a, b, watcher } = playOver(80, 40);
    const kinds = (screen: Screen) => {
      while (screen.timeline.shown.n < screen.match.n) screen.happenings.push(...screen.timeline.advance());
      return screen.happenings.filter(({ kind }) => kind !== "wall").map(({ kind }) => kind);
    };
    expect(kinds(b)).toEqual(kinds(a));
    expect(kinds(watcher)).toEqual(kinds(a));
    expect(kinds(a).filter((kind) => kind === "over")).toHaveLength(1);
  });
});

test("a screen that slept skips what it missed, and one that decides gets a moment", () => {
  const timeline = new Timeline(newMatch(1, 7), () => false);
  let match = newMatch(1, 7);
  for (let i = 0; i < 20; i++) {
    const turn = turnOf(match) ?? 0;
    const move: Move = match.flight
      ? { kind: "miss", n: match.n + 1 }
      : { kind: "serve", n: match.n + 1, y: 90, v: 0, power: false };
    const outcome = apply(match, move, turn);
    if ("refused" in outcome) break;
    match = outcome.match;
    timeline.push(move, turn, match);
  }
  timeline.advance();
  expect(match.n - timeline.shown.n).toBeLessThanOrEqual(3);
  timeline.hold(30);
  const before = timeline.ticks;
  for (let i = 0; i < 30; i++) expect(timeline.advance()).toEqual([]);
  expect(timeline.ticks).toBe(before);
  expect(sideOf(match.server)).toBeLessThan(2);
});
