/** First wait of an address whose session was closed for flooding, ms; each further one doubles it, */
const FIRST_WAIT = 1_000;
/** up to this. */
const LONGEST_WAIT = 300_000;
/** After so long without a flood, ms, the address starts from the beginning. */
const FORGIVEN_AFTER = 600_000;
/** Addresses remembered, some 100 bytes each; the one that flooded longest ago is forgotten first. */
const MAX_ADDRESSES = 10_000;

interface Penalty {
  wait: number;
  since: number;
}

/** Addresses whose sessions were closed for flooding: each time they have to wait longer before they may connect again. */
export class FloodPenalties {
  /** In the order of their last flood. */
  private readonly penalties = new Map<string, Penalty>();

  /** A session of that address was closed for flooding at this time in milliseconds. */
  add(address: string, now: number): void {
    const before = this.penalties.get(address);
    this.penalties.delete(address);
    const isRepeat = before !== undefined && now - before.since < FORGIVEN_AFTER;
    // Sessions that flood together are one flood.
    const wait = isRepeat
      ? Math.min(this.isOver(before, now) ? before.wait * 2 : before.wait, LONGEST_WAIT)
      : FIRST_WAIT;
    this.penalties.set(address, { wait, since: now });
    if (this.penalties.size <= MAX_ADDRESSES) return;
    for (const oldest of this.penalties.keys()) {
      this.penalties.delete(oldest);
      return;
    }
  }

  /** Milliseconds the address has to wait before it may connect; 0 when it need not. */
  waitOf(address: string, now: number): number {
    const penalty = this.penalties.get(address);
    return penalty ? Math.max(0, penalty.since + penalty.wait - now) : 0;
  }

  private isOver({ since, wait }: Penalty, now: number): boolean {
    return now - since >= wait;
  }
}
