import { describe, test } from "bun:test";
import { KeptRoomSimulator } from "./kept-rooms/simulator.ts";

const SEEDS = 200;
const STEPS = 200;

describe("a simulated room whose state is kept, on a storage that fails and a process that is killed", () => {
  for (let seed = 1; seed <= SEEDS; seed++)
    test(`[R103 R112 R114 R148] seed ${seed}: no version names two maps, terms grow, what was shown is kept`, () =>
      new KeptRoomSimulator(seed).run(STEPS));
});
