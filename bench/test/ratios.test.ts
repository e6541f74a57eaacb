import { expect, test } from "bun:test";
import { ratiosOf } from "../lib/ratios.ts";
import type { Outcome, RivalId } from "../lib/types.ts";

const outcome = (step: string, rival: RivalId, mainFigure: number | null): Outcome => ({
  workload: "pairs",
  step,
  title: step,
  rival,
  figures: null,
  mainFigure,
  warnings: [],
  runs: [],
});

test("what Achex costs compared with each other server, step by step", () => {
  const outcomes = [
    outcome("pairs", "ours", 11),
    outcome("pairs", "floor", 8),
    outcome("pairs", "bun-plain", 10),
    outcome("idle", "ours", 3_000),
    outcome("idle", "ws", 6_000),
  ];
  expect(ratiosOf(outcomes)).toEqual({
    pairs: { "achex/floor": 1.375, "achex/bun-plain": 1.1 },
    idle: { "achex/ws": 0.5 },
  });
});

test("no ratio without both figures", () => {
  expect(ratiosOf([outcome("pairs", "ours", null), outcome("pairs", "floor", 8)])).toEqual({});
  expect(ratiosOf([outcome("pairs", "ours", 11), outcome("pairs", "floor", null)])).toEqual({});
});
