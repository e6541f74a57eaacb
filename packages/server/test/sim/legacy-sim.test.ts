import { describe, test } from "bun:test";
import { LegacySimulator } from "./legacy/simulator.ts";

const SEEDS = 200;
const STEPS = 300;

describe("simulated legacy clients against a model of PROTOCOL.md", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`[M1 M3 M5 S1 S3 V5 A6 D4 C12 K11a] seed ${seed}: the right receivers, once, in order, with true stamps`, () =>
      new LegacySimulator(seed).run(STEPS));
  }
});
