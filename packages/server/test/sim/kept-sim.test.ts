import { describe, test } from "bun:test";
import { keptVariants, simulateKept } from "./kept/variants.ts";

describe.each([...keptVariants])("simulated clients of kept channels: $title", (variant) => {
  test.each(Array.from({ length: variant.seeds }, (_, index) => index + 1))("seed %d", (seed) =>
    simulateKept(variant, seed),
  );
});
