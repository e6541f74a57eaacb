import { type FaultCode, faultEventFrame } from "@achex/protocol";
import type { Clock } from "../clock.ts";

/** A session that receives faults. */
export interface FaultReceiver {
  readonly id: number;
  send(text: string): void;
}

const PAUSE_MILLISECONDS = 1_000;

interface RecentFaults {
  readonly session: FaultReceiver;
  quietUntil: number;
  suppressed: number;
  code: FaultCode;
}

/**
 * Sends faults of frames without a `$ref`, at most one per second to each session. The next one says how many were suppressed,
 * so that a client with a bug learns of it without being flooded (PROTOCOL.md R8).
 */
export class FaultThrottle {
  private readonly recent = new Map<number, RecentFaults>();

  /** Sessions that have received a fault within the last second. */
  get size(): number {
    return this.recent.size;
  }

  constructor(private readonly clock: Pick<Clock, "now">) {}

  report(session: FaultReceiver, code: FaultCode): void {
    const now = this.clock.now();
    const faults = this.recent.get(session.id);
    if (faults && (now < faults.quietUntil || faults.suppressed > 0)) {
      if (faults.suppressed++ === 0) faults.code = code;
      return;
    }
    this.recent.set(session.id, { session, quietUntil: now + PAUSE_MILLISECONDS, suppressed: 0, code });
    session.send(faultEventFrame(code, 0));
  }

  /** Reports suppressed faults whose second has passed, one session per step. */
  *tick(): Generator<void> {
    const now = this.clock.now();
    for (const [id, faults] of this.recent) {
      yield;
      if (now < faults.quietUntil) continue;
      if (faults.suppressed === 0) {
        this.recent.delete(id);
        continue;
      }
      faults.session.send(faultEventFrame(faults.code, faults.suppressed - 1));
      faults.quietUntil = now + PAUSE_MILLISECONDS;
      faults.suppressed = 0;
    }
  }

  sessionEnded(id: number): void {
    this.recent.delete(id);
  }
}
