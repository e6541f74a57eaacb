import { complaintFrame, type FaultCode } from "@achex/protocol";
import type { Clock } from "../clock.ts";

/** What a complaint goes to. */
export interface Complainee {
  readonly id: number;
  send(text: string): void;
}

const PAUSE_MILLISECONDS = 1_000;

interface Open {
  readonly session: Complainee;
  quietUntil: number;
  more: number;
  code: FaultCode;
}

/**
 * Faults of frames without a `$ref`: one a second at the most, and the next one says how many were left out, so that a
 * sender who floods is told without being flooded (PROTOCOL.md R8).
 */
export class Complaints {
  private readonly open = new Map<number, Open>();

  /** Sessions that were told of a fault a moment ago. */
  get size(): number {
    return this.open.size;
  }

  constructor(private readonly clock: Pick<Clock, "now">) {}

  complain(session: Complainee, code: FaultCode): void {
    const now = this.clock.now();
    const open = this.open.get(session.id);
    if (open && (now < open.quietUntil || open.more > 0)) {
      if (open.more++ === 0) open.code = code;
      return;
    }
    this.open.set(session.id, { session, quietUntil: now + PAUSE_MILLISECONDS, more: 0, code });
    session.send(complaintFrame(code, 0));
  }

  /** Says what was left out, once its second has passed. */
  tick(): void {
    const now = this.clock.now();
    for (const [id, open] of this.open) {
      if (now < open.quietUntil) continue;
      if (open.more === 0) {
        this.open.delete(id);
        continue;
      }
      open.session.send(complaintFrame(open.code, open.more - 1));
      open.quietUntil = now + PAUSE_MILLISECONDS;
      open.more = 0;
    }
  }

  ended(id: number): void {
    this.open.delete(id);
  }
}
