import type { FigureReader } from "./load.ts";
import type { Figures, Step } from "./types.ts";

const over = (part: number | null, whole: number | null, scale = 1): number | null =>
  part === null || !whole ? null : (part / whole) * scale;

const difference = (to: number | null, from: number | null): number | null =>
  to === null || from === null ? null : to - from;

export const figuresOf = (read: FigureReader, step: Step): Figures => {
  const seconds = read("seconds") ?? 0;
  const isStorm = step.purpose === "time";
  const millis = (name: string): number | null => over(read(`latencyMicros.${name}`), 1_000);
  // In a closed loop nothing is sent while the server stalls, so the latencies measured there miss the worst moments.
  const isTimed = step.load.workload !== "pairs" || step.purpose === "latency";
  return {
    cpuPerDelivery: over(read("serverCpuMicros"), read("deliveries")),
    ownCpuPerDelivery: over(read("serverUserMicros"), read("deliveries")),
    deliveriesPerSecond: over(read("deliveries"), seconds),
    p50Millis: isTimed ? millis("p50") : null,
    p99Millis: isTimed ? millis("p99") : null,
    sent: read("sent"),
    lost: difference(read("expected"), read("received")),
    closed: read("closed") ?? 0,
    rssPerConnection: over(difference(read("rssAfter"), read("rssBefore")), read("connections")),
    secondsToLogin: isStorm ? seconds : null,
    cpuPerLogin: isStorm ? over(read("serverCpuMicros"), read("connections")) : null,
    serverCore: over(read("serverCpuMicros"), seconds * 1e6) ?? 0,
    loadCore: over(read("loadCpuMicros"), seconds * 1e6) ?? 0,
    othersCore: over(read("othersCpuMicros"), seconds * 1e6) ?? 0,
    loadCpuPerDelivery: over(read("loadCpuMicros"), read("deliveries")),
  };
};

const SATURATED = 0.9;
const DISTURBED = 0.1;

export const warningsOf = (figures: Figures, step: Step): string[] => {
  const warnings: string[] = [];
  const { cpuPerDelivery, loadCpuPerDelivery } = figures;
  if (figures.closed > 0) warnings.push(`${figures.closed} connections closed by the server`);
  if (figures.deliveriesPerSecond === 0) warnings.push("nothing arrived at all: the server is broken, not slow");
  if (figures.loadCore > SATURATED) warnings.push("load core saturated: the server may be better than this");
  if (figures.othersCore > DISTURBED && step.purpose !== "memory") {
    warnings.push(`other programs used ${Math.round(figures.othersCore * 100)} % of a core meanwhile`);
  }
  const isDear = cpuPerDelivery !== null && loadCpuPerDelivery !== null && loadCpuPerDelivery > cpuPerDelivery;
  if (isDear && step.purpose === "cost") warnings.push("the load cost more than the server");
  return warnings;
};

/** The main figure of the step; infinite if the run did not measure it. */
export const mainFigure = (figures: Figures, step: Step): number => {
  const byPurpose = {
    cost: figures.cpuPerDelivery,
    latency: figures.p99Millis,
    memory: figures.rssPerConnection,
    time: figures.secondsToLogin,
  };
  return byPurpose[step.purpose] ?? Number.POSITIVE_INFINITY;
};

/** Picks one whole run rather than the median of each figure, because the figures of a row belong together. */
export const medianRun = (runs: readonly Figures[], step: Step): Figures | null => {
  const sorted = runs.toSorted((a, b) => mainFigure(a, step) - mainFigure(b, step));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
};
