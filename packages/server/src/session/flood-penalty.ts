/** Milliseconds an address is blocked after its first flood. Each further flood doubles the time. */
const FIRST_WAIT = 1_000;
/** Longest block, in milliseconds. */
const LONGEST_WAIT = 300_000;
/** After this many milliseconds without a flood, the next block is FIRST_WAIT again. */
const FORGIVEN_AFTER = 600_000;
/** Addresses remembered, about 100 bytes each. When there are more, the one with the oldest flood is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Penalty {
  wait: number;
  since: number;
}

/** Blocks addresses whose sessions were closed for flooding, longer each time. */
export class FloodPenalties {
  /** Oldest last flood first. */
  private readonly penalties = new Map<string, Penalty>();

  /** Called when a session from the address was closed for flooding. `now` is in milliseconds. */
  add(address: string, now: number): void {
    const before = this.penalties.get(address);
    this.penalties.delete(address);
    const isRepeat = before !== undefined && now - before.since < FORGIVEN_AFTER;
    // Several sessions that flood at the same time count as one flood.
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

  /** Milliseconds until the address may connect; 0 when it may now. */
  waitOf(address: string, now: number): number {
    const penalty = this.penalties.get(address);
    return penalty ? Math.max(0, penalty.since + penalty.wait - now) : 0;
  }

  private isOver({ since, wait }: Penalty, now: number): boolean {
    return now - since >= wait;
  }
}
