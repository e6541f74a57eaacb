import type { Clock } from "../clock.ts";

/** A session whose client reads more slowly than it is sent to, so that bytes wait to be written. */
export interface Lagging {
  readonly socket: { getBufferedAmount(): number };
  /** Closes the connection and discards its unsent bytes. */
  disconnectForBacklog(): void;
}

export interface BacklogCapDeps {
  readonly clock: Pick<Clock, "every">;
  /** Unsent bytes allowed across all sessions; 0 means no limit. */
  readonly maxBytes: number;
}

/** Milliseconds between two rounds of measurements. */
const TICK_MILLISECONDS = 20;
/** Sessions measured in each round, in rotation: measuring all of them at once would block the event loop. */
const SESSIONS_PER_TICK = 2_000;

/**
 * Limits the unsent bytes of all sessions together, so that many clients that stop reading cannot exhaust the memory. Above the
 * limit, the sessions with the largest backlogs are disconnected first (PROTOCOL.md L5).
 */
export class BacklogCap {
  /** Unsent bytes of each session when it was last measured; least recently measured first. */
  private readonly backlogs = new Map<Lagging, number>();
  private total = 0;
  private endTicks: (() => void) | undefined;

  constructor(private readonly deps: BacklogCapDeps) {}

  /** Unsent bytes of all sessions together, as last measured. */
  get bytes(): number {
    return this.total;
  }

  /** Called when the session first has unsent bytes. */
  add(session: Lagging): void {
    this.measure(session);
    this.endTicks ??= this.deps.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** Called when the session has no unsent bytes left, or has ended. */
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
