import { expect, test } from "bun:test";
import { achex2Closes, closes } from "@achex/protocol";
import { Counters } from "../../src/metrics/counters.ts";

test("close codes that clients invent share one label, so that no client can add labels", () => {
  const counters = new Counters();
  for (let code = 3_000; code < 5_000; code++) counters.closed("classic", code, "client");
  const own = [...Object.values(closes).map(({ legacy }) => legacy.code), ...achex2Closes().map(({ code }) => code)];
  const labels = new Set([...own.filter((code) => code >= 3_000).map(String), "other"]);
  expect(new Set(Object.keys(counters.closeCodes))).toEqual(labels);
  expect(counters.closeCodes.other).toBe(2_000 - (labels.size - 1));
});

test("codes with a meaning keep their own label", () => {
  const counters = new Counters();
  for (const code of [1000, 1001, 1005, 1006, 1008, 1009]) counters.closed("cloud", code, "client");
  expect(Object.keys(counters.closeCodes)).toEqual(["1000", "1001", "1005", "1006", "1008", "1009"]);
});
