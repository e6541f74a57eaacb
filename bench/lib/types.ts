export const rivalIds = ["ours", "floor", "bun-plain", "ws", "socketio", "nats", "nchan"] as const;
export type RivalId = (typeof rivalIds)[number];

export const workloadIds = ["fanout", "pairs", "rooms", "idle", "storm", "acks"] as const;
export type WorkloadId = (typeof workloadIds)[number];

export interface Rival {
  id: RivalId;
  title: string;
  /** How the load generator speaks to it. */
  dialect: "achex" | "achex2" | "socketio" | "nats" | "nchan";
  /** Debian packages and the files that prove them present. */
  packages: readonly { package: string; file: string }[];
  /** Whether a connection can exist before it has said who it is. */
  allowsAnonymous: boolean;
  version(): string;
  /** What it would else do beside its first run. */
  prepare?(): Promise<void>;
  /** May write its configuration into `folder`, which lives as long as the server. */
  command(port: number, folder: string): string[];
}

export interface Step {
  id: string;
  title: string;
  /** The load generator's options. */
  load: Readonly<Record<string, string | number>>;
  warmup: number;
  window: number;
  peers: number;
  /** What the step is asked for: a latency step is paced far below capacity, where CPU figures mean little. */
  purpose: "cost" | "latency" | "memory" | "time";
  anonymous: boolean;
  /** A way of speaking that only our own server has; the others are not asked. */
  achexDialect: "achex2" | undefined;
}

/** What one run says; null where the step does not ask. */
export interface Figures {
  cpuPerDelivery: number | null;
  /** Of this, what the server's own code used; the rest is the kernel's. */
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
  /** What the rest of the machine used meanwhile, in cores. */
  othersCore: number;
  loadCpuPerDelivery: number | null;
}

export interface Outcome {
  workload: WorkloadId;
  step: string;
  title: string;
  rival: RivalId;
  /** The run in the middle, by the figure the step is asked for. */
  figures: Figures | null;
  /** The figure the step is about: smaller is better. Null when it was not measured. */
  mainFigure: number | null;
  /** Empty when the figures can be trusted. */
  warnings: string[];
  runs: Figures[];
}

export type Lookup = (step: string, rival: RivalId) => Figures | undefined;

export interface Target {
  text: string;
  /** Undefined when what it compares was not measured. */
  met(figures: Lookup): boolean | undefined;
}

export interface Workload {
  id: WorkloadId;
  title: string;
  steps(quick: boolean): Step[];
  targets: readonly Target[];
}
