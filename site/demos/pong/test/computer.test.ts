import { expect, test } from "bun:test";
import { type Level, SERVE_TICKS, steer, swingOf } from "../rules/computer.ts";
import { paddleRange, type Seat, seatsOf, TICKS_PER_SECOND } from "../rules/court.ts";
import { apply, type Match, newMatch, pathOf, seatsIn, turnOf } from "../rules/match.ts";
import { hits } from "../rules/strike.ts";

interface Result {
  readonly match: Match;
  readonly rallies: number;
  readonly seconds: number;
}

/** A match between computers, as one host runs it. */
function playMatch(levels: readonly Level[], start: Match): Result {
  let match = start;
  const ys = new Map<Seat, number>(seatsIn(start).map((seat) => [seat, 90]));
  const vs = new Map<Seat, number>();
  let [ticks, total, strikes] = [0, 0, 0];
  while (match.phase !== "over" && total < 120 * 1_200) {
    total++;
    ticks++;
    for (const seat of seatsOf(match.teams)) {
      const before = ys.get(seat) ?? 90;
      const y = steer(match, seat, levels[seat] ?? "steady", before, ticks);
      const { least, most } = paddleRange(seat, match.teams);
      expect(y >= least && y <= most).toBe(true);
      ys.set(seat, y);
      vs.set(seat, (y - before) * TICKS_PER_SECOND);
    }
    const turn = turnOf(match) ?? 0;
    const swing = swingOf(match, turn, levels[turn] ?? "steady", ys.get(turn) ?? 90, vs.get(turn) ?? 0);
    const n = match.n + 1;
    const { flight } = match;
    const path = flight && pathOf(flight);
    let outcome: ReturnType<typeof apply> | undefined;
    if (!path) {
      if (ticks > SERVE_TICKS) outcome = apply(match, { kind: "serve", n, ...swing }, turn);
    } else if (hits(path, ticks, swing.y, match.teams))
      outcome = apply(match, { kind: "return", n, tick: ticks, ...swing }, turn);
    else if (ticks > path.last) outcome = apply(match, { kind: "miss", n }, turn);
    if (!outcome) continue;
    if ("refused" in outcome) throw new Error(outcome.refused);
    if (outcome.match.flight) strikes++;
    match = outcome.match;
    ticks = 0;
  }
  return { match, rallies: strikes / Math.max(1, match.score[0] + match.score[1]), seconds: total / 120 };
}

test("the better computer wins, and no match takes for ever", () => {
  const won = (levels: readonly Level[]) => {
    let points = 0;
    for (let server = 0; server < 2; server++) {
      const { match, seconds } = playMatch(levels, newMatch(1, 11, server as 0 | 1));
      expect(match.phase).toBe("over");
      expect(seconds).toBeLessThan(600);
      points += match.score[0] - match.score[1];
    }
    return points;
  };
  expect(won(["sharp", "steady"])).toBeGreaterThan(0);
  expect(won(["steady", "gentle"])).toBeGreaterThan(0);
  expect(won(["sharp", "gentle"])).toBeGreaterThan(10);
});

test("equal computers play rallies worth watching, in doubles too", () => {
  for (const [levels, size] of [
    [["steady", "steady"], 1],
    [["steady", "steady", "steady", "steady"], 2],
  ] as const) {
    const { match, rallies } = playMatch(levels, newMatch(size, 11));
    expect(match.phase).toBe("over");
    expect(rallies).toBeGreaterThan(2.5);
  }
});

test("the same match gives the same play, so the next host goes on as the last one", () => {
  const levels: Level[] = ["steady", "sharp"];
  expect(playMatch(levels, newMatch(1, 3))).toEqual(playMatch(levels, newMatch(1, 3)));
});
