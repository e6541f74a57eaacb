import type { About } from "@achex/streaming";

/** Where a source puts its rows. */
export interface Sink {
  /** Server time, ms since 1970. */
  now(): number;
  /** Number of the series with that name. */
  series(name: string): number;
  /** One value for each series, by number. */
  push(time: number, values: ArrayLike<number>): void;
  describe(about: About): void;
}

export type SourceKind = "generator" | "motion" | "microphone";

/** Something of this page that measures. */
export interface Source {
  readonly kind: SourceKind;
  readonly about: About;
  /** Asks for permission if necessary. Rejects with an Error whose message says what to do. */
  start(sink: Sink): Promise<void>;
  stop(): void;
}
