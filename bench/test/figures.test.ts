import { expect, test } from "bun:test";
import { figuresOf, medianRun, warningsOf } from "../lib/figures.ts";
import { step } from "../lib/steps.ts";
import type { Figures } from "../lib/types.ts";

const fanOut = step({ id: "f", title: "f", load: { workload: "open", members: 1 }, peers: 2, purpose: "cost" }, false);

const readings: Record<string, number> = {
  seconds: 10,
  connections: 1_001,
  closed: 0,
  sent: 1_000,
  expected: 1_000_000,
  received: 999_990,
  deliveries: 1_000_000,
  serverCpuMicros: 2_000_000,
  loadCpuMicros: 1_000_000,
  othersCpuMicros: 100_000,
  "latencyMicros.p50": 800,
  "latencyMicros.p99": 2_000,
};

const figures = (changes: Record<string, number> = {}): Figures => {
  const all = { ...readings, ...changes };
  return figuresOf((name) => all[name] ?? null, fanOut);
};

test("figures per delivery, per second and in milliseconds", () => {
  const { cpuPerDelivery, deliveriesPerSecond, p99Millis, lost, rssPerConnection } = figures();
  expect(cpuPerDelivery).toBe(2);
  expect(deliveriesPerSecond).toBe(100_000);
  expect(p99Millis).toBe(2);
  expect(lost).toBe(10);
  expect(rssPerConnection).toBeNull();
});

test("a closed loop has no latency", () => {
  const closedLoop = { ...fanOut, load: { workload: "pairs" } };
  expect(figuresOf((name) => readings[name] ?? null, closedLoop).p99Millis).toBeNull();
});

test("nothing to warning in a quiet run", () => {
  expect(warningsOf(figures(), fanOut)).toEqual([]);
});

test.each([
  [{ closed: 3 }, "3 connections closed"],
  [{ deliveries: 0 }, "nothing arrived"],
  [{ loadCpuMicros: 9_500_000, serverCpuMicros: 9_900_000 }, "load core saturated"],
  [{ loadCpuMicros: 2_100_000 }, "the load cost more"],
  [{ othersCpuMicros: 2_000_000 }, "other programs used 20 %"],
])("warning: %o", (changes, warning) => {
  expect(warningsOf(figures(changes), fanOut).join()).toContain(warning);
});

test("the run in the middle, as a whole", () => {
  const runs = [3_000_000, 1_000_000, 2_000_000].map((serverCpuMicros) => figures({ serverCpuMicros }));
  expect(medianRun(runs, fanOut)).toBe(runs[2] ?? null);
  expect(medianRun([], fanOut)).toBeNull();
});
