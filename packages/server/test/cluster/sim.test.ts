import { describe, test } from "bun:test";
import { clusterVariants, runClusterVariant } from "../sim/cluster/variants.ts";

describe.each([...clusterVariants])("simulated clients on three nodes: $title", (variant) => {
  test.each(Array.from({ length: variant.seeds }, (_, index) => index + 1))("seed %d", (seed) =>
    runClusterVariant(variant, seed),
  );
});
