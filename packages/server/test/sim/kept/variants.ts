import { type KeptSimOptions, KeptSimulator } from "./simulator.ts";

export interface KeptVariant {
  readonly title: string;
  /** Seeds in the test suite. */
  readonly seeds: number;
  readonly steps: number;
  readonly options: Omit<KeptSimOptions, "seed">;
}

export const keptVariants: readonly KeptVariant[] = [
  {
    title: "[R6 R140 R141 R142 R143 R145 R146 R147] each message once, in order, without a gap at the seam",
    seeds: 100,
    steps: 400,
    options: { resumeShare: 0, crashes: 0, restarts: 0, powerFailures: 0 },
  },
  {
    title: "[R73 R144] with sessions that resume, and a relay that restarts",
    seeds: 100,
    steps: 400,
    options: { resumeShare: 0.9, crashes: 0, restarts: 0.5, powerFailures: 0 },
  },
  {
    title: "[R140 R141 R146] with a process that is killed between any two steps, and power failures",
    seeds: 100,
    steps: 400,
    options: { resumeShare: 0.5, crashes: 1, restarts: 0.3, powerFailures: 0.4 },
  },
];

export const simulateKept = (variant: KeptVariant, seed: number): Promise<void> =>
  new KeptSimulator({ seed, ...variant.options }).run(variant.steps);
