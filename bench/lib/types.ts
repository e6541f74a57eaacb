export const rivalIds = ["ours", "floor", "bun-plain", "ws", "socketio", "nats", "nchan"] as const;
export type RivalId = (typeof rivalIds)[number];

export const workloadIds = ["fanout", "pairs", "rooms", "idle", "storm", "acks"] as const;
export type WorkloadId = (typeof workloadIds)[number];

export interface Rival {
  id: RivalId;
  title: string;
  /** The protocol the load generator uses with it. */
  dialect: "achex" | "achex2" | "socketio" | "nats" | "nchan";
  /** Debian packages and the files that prove them present. */
  packages: readonly { package: string; file: string }[];
  /** Whether a connection can stay open without logging in. */
  allowsAnonymous: boolean;
  version(): string;
  /** Work done once before the first run, so that it is not measured. */
  prepare?(): Promise<void>;
  /** May write configuration files to `folder`, which is removed after the server has ended. */
  command(port: number, folder: string): string[];
}

export interface Step {
  id: string;
  title: string;
  /** Options for the load generator. */
  load: Readonly<Record<string, string | number>>;
  warmup: number;
  window: number;
  peers: number;
  /** What the step measures. A latency step sends far below capacity, where CPU figures mean little. */
  purpose: "cost" | "latency" | "memory" | "time";
  anonymous: boolean;
  /** A protocol that only Achex has; the step is not run for other servers. */
  achexDialect: "achex2" | "achex2-resume" | undefined;
}

/** Results of one run; null for figures the step does not measure. */
export interface Figures {
  cpuPerDelivery: number | null;
  /** The part of this used by the server's own code; the kernel used the rest. */
  ownCpuPerDelivery: number | null;
  deliveriesPerSecond: number | null;
  p50Millis: number | null;
  p99Millis: number | null;
  sent: number | null;
  lost: number | null;
  closed: number;
  rssPerConnection: number | null;
  secondsToLogin: number | null;
  cpuPerLogin: number | null;
  serverCore: number;
  loadCore: number;
  /** Cores used by the rest of the machine during the run. */
  othersCore: number;
  loadCpuPerDelivery: number | null;
}

export interface Outcome {
  workload: WorkloadId;
  step: string;
  title: string;
  rival: RivalId;
  /** The median run, by the step's main figure. */
  figures: Figures | null;
  /** The step's main figure; smaller is better. null if it was not measured. */
  mainFigure: number | null;
  /** Why the figures are unreliable; empty if they are reliable. */
  warnings: string[];
  runs: Figures[];
}

export type Lookup = (step: string, rival: RivalId) => Figures | undefined;

export interface Target {
  text: string;
  /** undefined if one of the compared figures was not measured. */
  met(figures: Lookup): boolean | undefined;
}

export interface Workload {
  id: WorkloadId;
  title: string;
  steps(quick: boolean): Step[];
  targets: readonly Target[];
}
