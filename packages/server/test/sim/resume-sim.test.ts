import { describe, test } from "bun:test";
import { simulate, variants } from "./resume/variants.ts";

describe.each([...variants])("simulated clients on a network that fails: $title", (variant) => {
  test.each(Array.from({ length: variant.seeds }, (_, index) => index + 1))("seed %d", (seed) =>
    simulate(variant, seed),
  );
});
