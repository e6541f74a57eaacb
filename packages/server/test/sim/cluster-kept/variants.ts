import { ClusterKeptSimulator } from "./simulator.ts";
import type { KeptTrouble } from "./trouble.ts";

export interface ClusterKeptVariant {
  readonly title: string;
  /** Seeds in the test suite. */
  readonly seeds: number;
  readonly trouble: KeptTrouble | undefined;
  readonly resumeShare: number;
}

export const clusterKeptVariants: readonly ClusterKeptVariant[] = [
  {
    title: "[R140 R141 R143 R146 R169] one history on all nodes, and each message once, in order",
    seeds: 5,
    trouble: undefined,
    resumeShare: 0,
  },
  {
    title: "[R73 R168 R169] with sessions that resume at any node",
    seeds: 8,
    trouble: undefined,
    resumeShare: 0.9,
  },
  {
    title: "[R165 R169] with lost links, nodes without a quorum, frames that come late and full disks",
    seeds: 8,
    trouble: { links: true, delays: true, deaths: false },
    resumeShare: 0,
  },
  {
    title: "[R165 R169] with nodes that die, with or without their disks, and all of that",
    seeds: 10,
    trouble: { links: true, delays: true, deaths: true },
    resumeShare: 0,
  },
];

const STEPS = 250;

export const simulateClusterKept = ({ trouble, resumeShare }: ClusterKeptVariant, seed: number): Promise<void> =>
  new ClusterKeptSimulator({ seed, steps: STEPS, trouble, resumeShare }).run();
