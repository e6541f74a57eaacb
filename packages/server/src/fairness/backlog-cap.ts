import type { Clock } from "../clock.ts";

/** A session with bytes that wait to go out. */
export interface Lagging {
  readonly socket: { getBufferedAmount(): number };
  /** Ends the connection; what waits for it is given up. */
  disconnectForBacklog(): void;
}

export interface BacklogCapDeps {
  readonly clock: Pick<Clock, "every">;
  /** Bytes that may wait in all sessions together; 0 is no limit. */
  readonly maxBytes: number;
}

/** Sessions are measured this often, ms, */
const TICK_MILLISECONDS = 20;
/** and so many of them at a time, in turn. */
const SESSIONS_PER_TICK = 2_000;

/**
 * What waits for slow readers in all sessions together. Each of them may have its own backlog, but a crowd that stops reading must
 * not use up the memory: beyond the limit the largest backlogs are given up first (PROTOCOL.md L5).
 */
export class BacklogCap {
  /** Bytes that waited for each when it was measured last, the longest ago first. */
  private readonly backlogs = new Map<Lagging, number>();
  private total = 0;
  private endTicks: (() => void) | undefined;

  constructor(private readonly deps: BacklogCapDeps) {}

  /** Bytes that wait in all sessions together, as measured last. */
  get bytes(): number {
    return this.total;
  }

  /** Bytes have begun to wait for the session. */
  add(session: Lagging): void {
    this.measure(session);
    this.endTicks ??= this.deps.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** Nothing waits for the session any more, or it is over. */
  remove(session: Lagging): void {
    this.total -= this.backlogs.get(session) ?? 0;
    this.backlogs.delete(session);
  }

  private measure(session: Lagging): void {
    this.remove(session);
    const bytes = session.socket.getBufferedAmount();
    this.backlogs.set(session, bytes);
    this.total += bytes;
  }

  private tick(): void {
    let left = Math.min(SESSIONS_PER_TICK, this.backlogs.size);
    for (const session of this.backlogs.keys()) {
      if (left-- === 0) break;
      this.measure(session);
    }
    if (this.deps.maxBytes > 0 && this.total > this.deps.maxBytes) this.shed(this.deps.maxBytes);
    if (this.backlogs.size > 0) return;
    this.endTicks?.();
    this.endTicks = undefined;
  }

  private shed(maxBytes: number): void {
    const largestFirst = [...this.backlogs].sort(([, a], [, b]) => b - a);
    for (const [session] of largestFirst) {
      if (this.total <= maxBytes) return;
      this.remove(session);
      session.disconnectForBacklog();
    }
  }
}
