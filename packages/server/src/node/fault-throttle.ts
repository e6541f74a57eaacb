import { type FaultCode, faultEventFrame } from "@achex/protocol";
import type { Clock } from "../clock.ts";

/** What a complaint goes to. */
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
 * Faults of frames without a `$ref`: one a second at the most, and the next one says how many were left out, so that a
 * sender who floods is told without being flooded (PROTOCOL.md R8).
 */
export class FaultThrottle {
  private readonly recent = new Map<number, RecentFaults>();

  /** Sessions that were told of a fault a moment ago. */
  get size(): number {
    return this.recent.size;
  }

  constructor(private readonly clock: Pick<Clock, "now">) {}

  report(session: FaultReceiver, code: FaultCode): void {
    const now = this.clock.now();
    const open = this.recent.get(session.id);
    if (open && (now < open.quietUntil || open.suppressed > 0)) {
      if (open.suppressed++ === 0) open.code = code;
      return;
    }
    this.recent.set(session.id, { session, quietUntil: now + PAUSE_MILLISECONDS, suppressed: 0, code });
    session.send(faultEventFrame(code, 0));
  }

  /** Says what was left out, once its second has passed, one session a step. */
  *tick(): Generator<void> {
    const now = this.clock.now();
    for (const [id, open] of this.recent) {
      yield;
      if (now < open.quietUntil) continue;
      if (open.suppressed === 0) {
        this.recent.delete(id);
        continue;
      }
      open.session.send(faultEventFrame(open.code, open.suppressed - 1));
      open.quietUntil = now + PAUSE_MILLISECONDS;
      open.suppressed = 0;
    }
  }

  sessionEnded(id: number): void {
    this.recent.delete(id);
  }
}
