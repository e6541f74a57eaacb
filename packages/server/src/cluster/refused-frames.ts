import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { LogThrottle } from "../log/log-throttle.ts";

/** Why a frame of another node was not handled, as /metrics and the log say it. */
const REASONS = {
  version: "its version must be the same or the next",
  garbled: "it is not a frame of a node",
  shape: "its kind has other contents",
  failed: "it could not be handled",
  "too-large": "it has more parts than a frame may have",
  "too-many-nodes": "this node knows too many others",
  "too-often": "its sender begins again too often",
  "unknown-link": "its sender has not introduced itself",
  order: "an earlier one was lost, or it came twice",
} as const;

export type RefusalReason = keyof typeof REASONS;

/** A frame may come before the one that explains it, and one may be lost. Neither is a fault that an operator should look for. */
const isOrdinary = (reason: RefusalReason): boolean => reason === "unknown-link" || reason === "order";

/** Frames of other nodes that were not handled: counted, and logged at most once a minute for each reason. */
export class RefusedFrames {
  readonly counts: Partial<Record<RefusalReason, number>> = {};
  private readonly throttle: LogThrottle;

  constructor(log: Log, clock: Pick<Clock, "now">) {
    this.throttle = new LogThrottle(log, clock);
  }

  /** Another node has the name of this one. */
  sameName(node: string): void {
    this.throttle.error("another node of the cluster has the same name; give each its own --node", "", { node });
  }

  /** `cause` distinguishes those of one reason in the log; it must not be what a node has sent. */
  add(reason: RefusalReason, cause = "", fields: Readonly<Record<string, unknown>> = {}): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (isOrdinary(reason)) return;
    this.throttle.error("a frame of another node is ignored", `${reason} ${cause}`, {
      ...{ reason, because: REASONS[reason] },
      ...fields,
    });
  }
}
