import type { Clock } from "../clock.ts";

/** A session with bytes that wait to be written. */
export interface Lagging {
  readonly socket: { getBufferedAmount(): number };
  /** Ends the connection and discards the bytes that wait for it. */
  disconnectForBacklog(): void;
}

export interface BacklogCapDeps {
  readonly clock: Pick<Clock, "every">;
  /** Bytes that may wait in all sessions together; 0 is no limit. */
  readonly maxBytes: number;
}

/** Milliseconds between measurements, */
const TICK_MILLISECONDS = 20;
/** and how many sessions are measured at a time, in rotation. */
const SESSIONS_PER_TICK = 2_000;

/**
 * Limits the bytes that wait for slow readers in all sessions together, so that a crowd that stops reading cannot exhaust the
 * memory. Above the limit the sessions with the largest backlogs are disconnected first (PROTOCOL.md L5).
 */
export class BacklogCap {
  /** Bytes that waited for each session at its last measurement; least recently measured first. */
  private readonly backlogs = new Map<Lagging, number>();
  private total = 0;
  private endTicks: (() => void) | undefined;

  constructor(private readonly deps: BacklogCapDeps) {}

  /** Bytes that wait in all sessions together, as of the last measurements. */
  get bytes(): number {
    return this.total;
  }

  /** Called when bytes begin to wait for the session. */
  add(session: Lagging): void {
    this.measure(session);
    this.endTicks ??= this.deps.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** Called when no bytes wait for the session any more, or it has ended. */
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
