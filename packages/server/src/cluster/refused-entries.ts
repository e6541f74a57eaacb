import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { LogThrottle } from "../log/log-throttle.ts";

const TEXTS = {
  garbled: "an entry of the log of the cluster cannot be read",
  failed: "an entry of the log of the cluster could not be applied",
} as const;

/** Entries of the log that no node applies: counted, and logged at most once a minute for each kind. */
export class RefusedEntries {
  readonly counts: Partial<Record<keyof typeof TEXTS, number>> = {};
  private readonly throttle: LogThrottle;

  constructor(log: Log, clock: Pick<Clock, "now">) {
    this.throttle = new LogThrottle(log, clock);
  }

  add(reason: keyof typeof TEXTS, fields: Readonly<Record<string, unknown>>, kind = ""): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    this.throttle.error(TEXTS[reason], kind, fields);
  }
}
