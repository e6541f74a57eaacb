import { describe, test } from "bun:test";
import { Achex2Simulator } from "./achex2/simulator.ts";

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe("simulated achex.2 clients", () => {
  test.each(seeds(1, 80))(
    "[R6 R11 R20 R25 R31 R33 R34] seed %d: one reply per frame, everything clients know is true, in order",
    (seed) => new Achex2Simulator({ seed, achex2Share: 1, idleMembers: 0 }).run(400),
  );
});

describe("simulated clients of all dialects", () => {
  test.each(seeds(1_001, 80))(
    "[R2 R21 R35 R36 R41] seed %d: legacy clients receive nothing new, achex.2 clients everything",
    (seed) => new Achex2Simulator({ seed, achex2Share: 0.6, idleMembers: 0 }).run(400),
  );
});

describe("simulated clients in a room of about 200 members", () => {
  test.each(seeds(2_001, 20))("[R23 R24] seed %d: counts and rosters are true within a second", (seed) =>
    new Achex2Simulator({ seed, achex2Share: 0.8, idleMembers: 198 }).run(400),
  );
});
