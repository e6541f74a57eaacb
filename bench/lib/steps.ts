import type { Lookup, RivalId, Step } from "./types.ts";

interface StepSettings {
  id: string;
  title: string;
  load: Step["load"];
  peers: number;
  purpose: Step["purpose"];
  anonymous?: boolean;
  achexDialect?: Step["achexDialect"];
}

/** Three seconds of warm-up are enough for a JIT. A quick step only proves that all parts work. */
export const step = (settings: StepSettings, quick: boolean): Step => {
  const settles = settings.purpose === "memory";
  return {
    ...settings,
    anonymous: settings.anonymous ?? false,
    achexDialect: settings.achexDialect,
    warmup: quick ? 0.5 : settles ? 1 : 3,
    window: quick ? 1 : settles ? 5 : 10,
  };
};

/** One tenth of the peers in a quick run. */
export const scaled = (count: number, quick: boolean): number => (quick ? Math.ceil(count / 10) : count);

/** Our CPU use divided by that of `rival`; undefined if either figure is missing. */
export const costRatio = (figures: Lookup, stepId: string, rival: RivalId): number | undefined => {
  const ours = figures(stepId, "ours")?.cpuPerDelivery;
  const theirs = figures(stepId, rival)?.cpuPerDelivery;
  return ours && theirs ? ours / theirs : undefined;
};

export const atMost = (value: number | null | undefined, limit: number): boolean | undefined =>
  value === null || value === undefined ? undefined : value <= limit;
