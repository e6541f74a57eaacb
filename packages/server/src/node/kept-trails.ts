import type { KeptChannel } from "../keep.ts";

/** After this, nobody waits for a node that has not delivered a message. */
const TRAIL_MILLISECONDS = 5_000;

/** A message that other nodes may not have delivered yet. */
export interface KeptTrail {
  readonly channel: KeptChannel;
  readonly entry: string;
  readonly until: number;
}

/**
 * The latest kept message of each session, as long as nobody has asked whether the other nodes have delivered it. A message that is not
 * kept goes there directly and could overtake it (PROTOCOL.md M5), so the session asks before its next one.
 */
export class KeptTrails {
  /** By session; oldest first. */
  private readonly trails = new Map<number, KeptTrail>();

  get size(): number {
    return this.trails.size;
  }

  has(session: number): boolean {
    return this.trails.size > 0 && this.trails.has(session);
  }

  leave(session: number, channel: KeptChannel, entry: string, now: number): void {
    this.trails.delete(session);
    this.trails.set(session, { channel, entry, until: now + TRAIL_MILLISECONDS });
    for (const [oldest, { until }] of this.trails) {
      if (until > now) return;
      this.trails.delete(oldest);
    }
  }

  take(session: number, now: number): KeptTrail | undefined {
    const trail = this.trails.get(session);
    this.trails.delete(session);
    return trail && trail.until > now ? trail : undefined;
  }
}
