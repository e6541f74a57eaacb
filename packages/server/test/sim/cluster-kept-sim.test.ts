import { describe, test } from "bun:test";
import { clusterKeptVariants, simulateClusterKept } from "./cluster-kept/variants.ts";

describe.each([...clusterKeptVariants])("simulated clients of kept channels on three nodes: $title", (variant) => {
  test.each(Array.from({ length: variant.seeds }, (_, index) => index + 1))("seed %d", (seed) =>
    simulateClusterKept(variant, seed),
  );
});
