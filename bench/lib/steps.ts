import type { Lookup, RivalId, Step } from "./types.ts";

interface Draft {
  id: string;
  title: string;
  load: Step["load"];
  peers: number;
  purpose: Step["purpose"];
  anonymous?: boolean;
  ownDialect?: Step["ownDialect"];
}

/** Three seconds of warm-up are enough for a JIT. A quick step only proves that all parts work. */
export const step = (draft: Draft, quick: boolean): Step => {
  const settles = draft.purpose === "memory";
  return {
    ...draft,
    anonymous: draft.anonymous ?? false,
    ownDialect: draft.ownDialect,
    warmup: quick ? 0.5 : settles ? 1 : 3,
    window: quick ? 1 : settles ? 5 : 10,
  };
};

/** One tenth of the peers in a quick run. */
export const scaled = (count: number, quick: boolean): number => (quick ? Math.ceil(count / 10) : count);

/** How many times cheaper than `rival` we are; undefined without both figures. */
export const timesCheaper = (figures: Lookup, stepId: string, rival: RivalId): number | undefined => {
  const ours = figures(stepId, "ours")?.cpuPerDelivery;
  const theirs = figures(stepId, rival)?.cpuPerDelivery;
  return ours && theirs ? theirs / ours : undefined;
};

export const atMost = (value: number | null | undefined, limit: number): boolean | undefined =>
  value === null || value === undefined ? undefined : value <= limit;

export const atLeast = (value: number | undefined, limit: number): boolean | undefined =>
  value === undefined ? undefined : value >= limit;
