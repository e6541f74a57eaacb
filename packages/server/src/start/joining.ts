import { BusFailure } from "../bus.ts";
import { type Clock, pause } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { LogThrottle } from "../log/log-throttle.ts";

const RETRY_MILLISECONDS = 500;
/** Servers of NATS that start take about a second to find each other. */
const FORMING_MILLISECONDS = 3_000;

/** What a failure means once the node serves. */
export type RunningTrouble =
  | "there is no connection to the cluster; trying again"
  | "the log of the cluster cannot be read; trying again";

/**
 * How a node becomes one of a cluster: it waits for what passes, and says for what; what waiting does not help ends the start. Once
 * the node serves, it goes on whatever happens, and says so.
 */
export class Joining {
  private readonly throttled: LogThrottle;
  private readonly refused = Promise.withResolvers<never>();
  private formingSince: number | undefined;
  private isOver = false;

  constructor(
    log: Log,
    private readonly clock: Pick<Clock, "now" | "every">,
    /** Where the cluster is, without passwords. */
    private readonly where: string,
  ) {
    this.throttled = new LogThrottle(log, clock);
    // Nobody may be waiting.
    this.refused.promise.catch(() => {});
  }

  failed(failure: BusFailure, trouble: RunningTrouble): void {
    if (this.isOver) {
      const { message, duration } = failure;
      const what = duration === "lasting" ? "the cluster refuses what this node needs" : trouble;
      this.throttled.error(what, message, { error: message });
    } else if (this.canPass(failure)) this.waitFor(failure);
    else this.refused.reject(failure);
  }

  /** Repeats what fails for a reason that can pass. Rejects with the reason that cannot. */
  async retry<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await this.unlessRefused(act());
      } catch (error) {
        if (!(error instanceof BusFailure && this.canPass(error))) throw error;
        this.waitFor(error);
      }
      await this.unlessRefused(pause(this.clock, RETRY_MILLISECONDS));
    }
  }

  /** Resolves when `ready` does, and the node serves; rejects when that cannot be waited for. */
  async until(ready: Promise<void>): Promise<void> {
    await this.unlessRefused(ready);
    this.isOver = true;
  }

  private unlessRefused<Result>(promise: Promise<Result>): Promise<Result> {
    return Promise.race([promise, this.refused.promise]);
  }

  private canPass({ duration }: BusFailure): boolean {
    if (duration !== "forming") {
      this.formingSince = undefined;
      return duration === "passing";
    }
    const now = this.clock.now();
    this.formingSince ??= now;
    return now - this.formingSince < FORMING_MILLISECONDS;
  }

  private waitFor({ message }: BusFailure): void {
    this.throttled.warn("waiting for the cluster", message, { cluster: this.where, cause: message });
  }
}
