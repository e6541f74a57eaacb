import { describe, test } from "bun:test";
import { Town } from "./sim/town.ts";

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe("clients of achex.2 that do anything at any time", () => {
  test.each(seeds(1, 80))(
    "[R6 R11 R20 R25 R31 R33 R34] seed %d: one reply each, all they believe is true, in order",
    (seed) => new Town({ seed, own: 1, crowd: 0 }).run(400),
  );
});

describe("clients of three dialects that do anything at any time", () => {
  test.each(seeds(1_001, 80))("[R2 R21 R35 R36 R41] seed %d: old dialects see nothing new, achex.2 all of it", (seed) =>
    new Town({ seed, own: 0.6, crowd: 0 }).run(400),
  );
});

describe("clients in a room of about 200", () => {
  test.each(seeds(2_001, 20))("[R23 R24] seed %d: counts and rosters tell the truth within a second", (seed) =>
    new Town({ seed, own: 0.8, crowd: 198 }).run(400),
  );
});
