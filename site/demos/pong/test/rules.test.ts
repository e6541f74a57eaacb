import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { COURT, PADDLE_SPEED, paddleRange, type Seat, sideOf, type TeamSize, touchX } from "../rules/court.ts";
import { acrossAt, heightAt, plot, receiverOf, STEEPEST } from "../rules/flight.ts";
import {
  apply,
  FULL,
  GOALS,
  type Match,
  type Move,
  newMatch,
  pathOf,
  seatsIn,
  turnOf,
  winnerOf,
} from "../rules/match.ts";
import { FASTEST, hits, POWER, reachOf, returnFlight, SERVE_SPEED, serveFlight, speedOf } from "../rules/strike.ts";

const teams = fc.constantFrom<TeamSize>(1, 2);
const seat = fc.constantFrom<Seat>(0, 1, 2, 3);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const speed = fc.double({ min: -PADDLE_SPEED * 2, max: PADDLE_SPEED * 2, noNaN: true });

/** A choice of a player: how far from the ball the paddle is, how fast, and whether it lets the ball pass. */
const choice = fc.record({
  offset: fc.double({ min: -1, max: 1, noNaN: true }),
  late: share,
  v: speed,
  power: fc.boolean(),
  misses: fc.boolean(),
});
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

/** The move that a player makes by that choice, which always counts. */
function moveOf(match: Match, { offset, late, v, power, misses }: Choice): { move: Move; seat: Seat } {
  const turn = turnOf(match) ?? 0;
  const n = match.n + 1;
  const { least, most } = paddleRange(turn, match.teams);
  if (!match.flight)
    return { move: { kind: "serve", n, y: least + ((offset + 1) / 2) * (most - least), v, power: false }, seat: turn };
  const path = pathOf(match.flight);
  if (misses) return { move: { kind: "miss", n }, seat: turn };
  const tick = path.touch + Math.floor(late * (path.last - path.touch));
  const wanted = heightAt(path, tick) + offset * reachOf(match.teams) * 0.999;
  const y = Math.max(least, Math.min(most, wanted));
  if (!hits(path, tick, y, match.teams)) return { move: { kind: "miss", n }, seat: turn };
  return { move: { kind: "return", n, tick, y, v, power: power && (match.energy[turn] ?? 0) >= FULL }, seat: turn };
}

function play(
  match: Match,
  choices: readonly Choice[],
  visit: (before: Match, after: Match, move: Move) => void,
): Match {
  let now = match;
  for (const one of choices) {
    if (now.phase === "over") break;
    const { move, seat: mover } = moveOf(now, one);
    const outcome = apply(now, move, mover);
    if ("refused" in outcome) throw new Error(`${JSON.stringify(move)} was refused: ${outcome.refused}`);
    visit(now, outcome.match, move);
    now = outcome.match;
  }
  return now;
}

const game = fc.record({
  teams,
  goal: fc.constantFrom(...GOALS),
  choices: fc.array(choice, { minLength: 1, maxLength: 120 }),
});

describe("flights", () => {
  test("stay on the court, reach the other side, and are the same wherever they are computed", () => {
    fc.assert(
      fc.property(game, ({ teams: size, goal, choices }) => {
        play(newMatch(size, goal), choices, (_, { flight }) => {
          if (!flight) return;
          const path = plot(flight);
          expect(path.touch).toBeLessThan(1_000);
          for (const y of path.ys) expect(y >= 0 && y <= COURT.height).toBe(true);
          expect(Math.abs(flight.vy)).toBeLessThanOrEqual(Math.abs(flight.vx) * STEEPEST);
          expect(Math.abs(acrossAt(path, path.touch) - touchX(flight.to))).toBeLessThanOrEqual(
            Math.abs(flight.vx) / 100,
          );
          expect(plot(JSON.parse(JSON.stringify(flight))).ys).toEqual(path.ys);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("the receiver of a ball can always reach it, and its partner never touches it", () => {
    fc.assert(
      fc.property(seat, share, speed, (from, place, v) => {
        const { least, most } = paddleRange(from, 2);
        const path = plot(serveFlight(from, { y: least + place * (most - least), v, power: false }));
        const receiver = receiverOf(path, 2);
        const y = heightAt(path, path.touch);
        const own = paddleRange(receiver, 2);
        expect(hits(path, path.touch, Math.max(own.least, Math.min(own.most, y)), 2)).toBe(true);
        const partner = paddleRange(receiver < 2 ? ((receiver + 2) as Seat) : ((receiver - 2) as Seat), 2);
        expect(hits(path, path.touch, Math.max(partner.least, Math.min(partner.most, y - 1e-9)), 2)).toBe(false);
      }),
    );
  });

  test("a rally grows faster by 5% a strike, up to twice the speed of a serve", () => {
    expect(speedOf(0)).toBe(SERVE_SPEED);
    expect(speedOf(1)).toBeCloseTo(SERVE_SPEED * 1.05, 9);
    expect(speedOf(100)).toBe(SERVE_SPEED * FASTEST);
  });

  test("the end of a paddle gives an angle, its motion gives spin in its direction, power gives speed", () => {
    const path = plot(serveFlight(0, { y: 90, v: 0, power: false }));
    const struck = (y: number, v: number, power = false) => returnFlight(path, path.touch, 1, { y, v, power }, 1, 1);
    expect(struck(90, 0).vy).toBe(0);
    expect(struck(80, 0).vy).toBeGreaterThan(50);
    expect(struck(100, 0).vy).toBeLessThan(-50);
    expect(struck(90, 200).spin).toBeGreaterThan(0);
    expect(struck(90, -200).spin).toBeLessThan(0);
    expect(struck(90, 0, true).vx / struck(90, 0).vx).toBeCloseTo(POWER, 9);
    const curved = plot(struck(90, 200));
    const straight = plot({ ...struck(90, 200), spin: 0 });
    expect(heightAt(curved, 60)).toBeGreaterThan(heightAt(straight, 60));
  });
});

describe("matches", () => {
  test("points never fall, never pass the goal, and the same moves give the same match", () => {
    fc.assert(
      fc.property(game, ({ teams: size, goal, choices }) => {
        const log: { move: Move; seat: Seat | undefined }[] = [];
        const end = play(newMatch(size, goal), choices, (before, after, move) => {
          log.push({ move, seat: turnOf(before) });
          const [points, earlier] = [after.score[0] + after.score[1], before.score[0] + before.score[1]];
          expect(points - earlier).toBe(move.kind === "miss" ? 1 : 0);
          expect(Math.max(...after.score)).toBeLessThanOrEqual(goal);
          expect(after.energy.every((value) => value >= 0 && value <= FULL)).toBe(true);
          expect(after.phase === "over").toBe(winnerOf(after) !== undefined);
          expect(after.n).toBe(before.n + 1);
        });
        let again = newMatch(size, goal);
        for (const { move, seat: mover } of JSON.parse(JSON.stringify(log))) {
          const outcome = apply(again, move, mover);
          if ("match" in outcome) again = outcome.match;
        }
        expect(JSON.stringify(again)).toBe(JSON.stringify(end));
      }),
      { numRuns: 60 },
    );
  });

  test("nobody moves for another seat, out of turn, twice, or out of reach", () => {
    fc.assert(
      fc.property(game, seat, share, ({ teams: size, goal, choices }, thief, far) => {
        play(newMatch(size, goal), choices, (before, after, move) => {
          if (thief !== turnOf(before)) expect(apply(before, move, thief)).toEqual({ refused: "not their turn" });
          const again = apply(after, move, turnOf(after));
          expect("refused" in again).toBe(true);
          if (move.kind !== "return") return;
          expect(
            "refused" in apply(before, { ...move, y: move.y + 2 * reachOf(size) + 1 + far * 200 }, turnOf(before)),
          ).toBe(true);
          expect("refused" in apply(before, { ...move, tick: move.tick - 30 }, turnOf(before))).toBe(true);
          const turn = turnOf(before) ?? 0;
          if ((before.energy[turn] ?? 0) < FULL)
            expect(apply(before, { ...move, power: true }, turn)).toEqual({ refused: "no energy" });
        });
      }),
      { numRuns: 60 },
    );
  });

  test("the conceding side serves; partners take turns", () => {
    let match = newMatch(2, 11);
    const servers: Seat[] = [];
    for (let i = 0; i < 8; i++) {
      servers.push(match.server);
      for (const misses of [false, true]) {
        const { move, seat: mover } = moveOf(match, { offset: 0, late: 0, v: 0, power: false, misses });
        const outcome = apply(match, move, mover);
        if ("match" in outcome) match = outcome.match;
      }
    }
    for (const server of servers) expect(seatsIn(match)).toContain(server);
    expect(new Set(servers).size).toBeGreaterThan(1);
    expect(match.score[0] + match.score[1]).toBe(8);
    expect(sideOf(match.server)).toBe(match.score[0] > match.score[1] ? 1 : 0);
  });

  test("two players who do not move do not play for ever", () => {
    let match = newMatch(1, 3);
    for (let moves = 0; moves < 200 && match.phase !== "over"; moves++) {
      const turn = turnOf(match) ?? 0;
      const path = match.flight && pathOf(match.flight);
      const swing = { y: 90, v: 0, power: false };
      const n = match.n + 1;
      const move: Move = !path
        ? { kind: "serve", n, ...swing }
        : hits(path, path.touch, 90, 1)
          ? { kind: "return", n, tick: path.touch, ...swing }
          : { kind: "miss", n };
      const outcome = apply(match, move, turn);
      if ("refused" in outcome) throw new Error(outcome.refused);
      match = outcome.match;
    }
    expect(match.phase).toBe("over");
  });

  test("a let voids the rally and keeps the score and the server", () => {
    const served = apply(newMatch(1, 3), { kind: "serve", n: 1, y: 90, v: 0, power: false }, 0);
    if (!("match" in served)) throw new Error(served.refused);
    expect(apply(served.match, { kind: "let", n: 2 }, undefined)).toEqual({ match: { ...newMatch(1, 3), n: 2 } });
  });
});
