/** What an attack knows about the relay. */
export interface Target {
  readonly port: number;
  readonly pid: number;
  /** The relay's data folder. */
  readonly data: string;
  /** Command line of the relay's own `achex`, for actions of its operator. */
  readonly achex: readonly string[];
}

/** Other results of a case, by name. */
export type Facts = Readonly<Record<string, number | string | boolean>>;

/** Runs in its own process: prepares, then waits for the start. Connections still open when it ends are dropped. */
export type Attack = (target: Target, seconds: number) => Promise<() => Promise<Facts>>;

export interface Variant {
  readonly id: string;
  readonly title: string;
  /** Seconds the attack lasts. The bystander's messages that are due in this time are measured. Default 5. */
  readonly seconds?: number;
  /** Settings of the relay; all others have their defaults. */
  readonly flags?: readonly string[];
  /** File handles the relay may open. Default: as many as the system allows. */
  readonly fileHandles?: number;
  /** Passwords of users to add before the relay starts. */
  readonly users?: Readonly<Record<string, string>>;
  readonly attack: Attack;
}

export interface HostileCase {
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
}

/** Milliseconds from the moment a message was due. */
export interface Latency {
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Messages that had not arrived after the longest wait; the figures above exclude them. */
  readonly lost: number;
}

/** Results of requests for `/health`, sent four times a second, each on a new connection. */
export interface HealthAnswers {
  readonly ok: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly slowest: number;
}

export interface Observation {
  readonly latency: Latency;
  readonly health: HealthAnswers;
  /** Whether the relay closed the bystander's connection. */
  readonly disconnected: boolean;
}
