// What resume costs while nothing drops: the same loads with resumable sessions and with others, taking turns, so that a machine
// that becomes slower or faster affects both.
import { measure } from "../lib/measure.ts";
import type { Rival, Step } from "../lib/types.ts";
import { ours, oursAt } from "../rivals/ours.ts";
import { workloads } from "../workloads/index.ts";

export interface Variant {
  readonly id: string;
  readonly rival: Rival;
  readonly dialect: Step["achexDialect"];
}

export const variantsOf = (baseline: string | undefined): Variant[] => [
  { id: "off", rival: ours, dialect: "achex2" },
  { id: "on", rival: ours, dialect: "achex2-resume" },
  ...(baseline === undefined
    ? []
    : ([
        { id: "classic", rival: ours, dialect: undefined },
        { id: "classic-before", rival: oursAt(baseline), dialect: undefined },
        { id: "off-before", rival: oursAt(baseline), dialect: "achex2" },
      ] as const)),
];

/** Which variant is compared with which. */
const PAIRS = [
  ["on", "off"],
  ["classic", "classic-before"],
  ["off", "off-before"],
] as const;

export const costLoads = ["fanout-100", "fanout-600", "pairs", "idle"] as const;
export type CostLoad = (typeof costLoads)[number];

export interface Ratio {
  readonly load: CostLoad;
  readonly of: string;
  /** Median of the ratios of neighbouring runs. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Costs {
  readonly load: CostLoad;
  readonly title: string;
  /** µs of CPU per delivery of each run, or bytes per connection for `idle`, by variant. */
  readonly runs: Readonly<Record<string, readonly number[]>>;
  readonly ratios: readonly Ratio[];
  readonly warnings: readonly string[];
}

const stepOf = (load: CostLoad, quick: boolean) => {
  for (const workload of workloads)
    for (const step of workload.steps(quick)) if (step.id === load) return { workload, step };
  throw new Error(`there is no load ${load}`);
};

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

export const ratiosOf = (load: CostLoad, runs: Costs["runs"]): Ratio[] =>
  PAIRS.flatMap(([one, other]) => {
    const others = runs[other] ?? [];
    const ratios = (runs[one] ?? []).flatMap((value, i) => (others[i] ? [value / others[i]] : []));
    if (ratios.length === 0) return [];
    const [ratio, lowest, highest] = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map(rounded);
    return [{ load, of: `${one}/${other}`, ratio: ratio ?? 0, lowest: lowest ?? 0, highest: highest ?? 0 }];
  });

export async function measureCosts(
  load: CostLoad,
  variants: readonly Variant[],
  { rounds, quick }: { readonly rounds: number; readonly quick: boolean },
): Promise<Costs> {
  const { workload, step } = stepOf(load, quick);
  const runs: Record<string, number[]> = Object.fromEntries(variants.map(({ id }) => [id, []]));
  const warnings: string[] = [];
  for (let round = 0; round < rounds; round++) {
    // The order changes with each round, so that none always runs first.
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const { id, rival, dialect } of order) {
      const outcome = await measure(workload, { ...step, achexDialect: dialect }, rival, 1);
      if (outcome.mainFigure !== null) runs[id]?.push(outcome.mainFigure);
      warnings.push(...outcome.warnings.map((warning) => `${id}, round ${round + 1}: ${warning}`));
    }
  }
  return { load, title: step.title, runs, ratios: ratiosOf(load, runs), warnings };
}
