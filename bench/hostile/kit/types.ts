/** What an attacker knows of the relay it attacks. */
export interface Target {
  readonly port: number;
  readonly pid: number;
  /** The relay's data folder. */
  readonly data: string;
  /** Command line of the relay's own `achex`, for what an operator does. */
  readonly achex: readonly string[];
}

/** Whatever else a case has to say, by name. */
export type Facts = Readonly<Record<string, number | string | boolean>>;

/** Runs in a process of its own: prepares, then waits for the start. Connections still open at its end are dropped. */
export type Attack = (target: Target, seconds: number) => Promise<() => Promise<Facts>>;

export interface Variant {
  readonly id: string;
  readonly title: string;
  /** Length of the attack, in which the bystander's messages are due. Default 5. */
  readonly seconds?: number;
  /** Of the relay; everything not named here has its default. */
  readonly flags?: readonly string[];
  /** File handles the relay may have; default as many as the system allows. */
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

/** Milliseconds, from the moment a message was due. */
export interface Latency {
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Messages that had not arrived after the longest wait; they are not in the figures above. */
  readonly lost: number;
}

/** How `/health` answered meanwhile, asked four times a second on a new connection each. */
export interface HealthAnswers {
  readonly ok: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly slowest: number;
}

export interface Observation {
  readonly latency: Latency;
  readonly health: HealthAnswers;
  /** The relay closed the bystander's connection. */
  readonly disconnected: boolean;
}
