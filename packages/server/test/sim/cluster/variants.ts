import { simulateCluster } from "./simulator.ts";
import type { Trouble } from "./trouble.ts";

export interface ClusterVariant {
  readonly title: string;
  /** Seeds in the test suite. */
  readonly seeds: number;
  readonly trouble: Trouble;
}

export const clusterVariants: readonly ClusterVariant[] = [
  {
    title: "[M5 R11 R20 R25 R30 R160 R161 R162] frames in any order between pairs",
    seeds: 20,
    trouble: { links: false, delays: false, deaths: false },
  },
  {
    title: "[R160] with links that are lost and nodes that do not hear each other",
    seeds: 20,
    trouble: { links: true, delays: false, deaths: false },
  },
  {
    title: "[R160] with frames that come late",
    seeds: 20,
    trouble: { links: false, delays: true, deaths: false },
  },
  {
    title: "[R33 R34 R160] with nodes that die and start again, and all of that",
    seeds: 40,
    trouble: { links: true, delays: true, deaths: true },
  },
];

const STEPS = 150;

export const runClusterVariant = ({ trouble }: ClusterVariant, seed: number): Promise<void> =>
  simulateCluster({ seed, steps: STEPS, trouble });
