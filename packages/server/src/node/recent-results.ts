import type { FaultCode } from "@achex/protocol";
import type { Clock } from "../clock.ts";

/** What became of a message: its result as JSON, or why it was rejected. */
export type SendOutcome = { readonly result: string } | { readonly fault: FaultCode };

/** The result of a message with an id, as JSON; a promise while it is still being stored. */
export type RecentResult = string | Promise<SendOutcome>;

/** How long a result is remembered at least, in milliseconds (PROTOCOL.md R146). */
const REMEMBERED = 120_000;
/** Results remembered for one owner; beyond it, its oldest are forgotten. */
const MAX_PER_OWNER = 10_000;
/** Results remembered for all owners together; beyond it, those with the most forget their oldest. */
const MAX_TOTAL = 200_000;
/** Above the limit this part of it is freed, so that nothing is searched again for the very next result. */
const FREED_PART = 1 / 16;

interface Entry {
  readonly result: RecentResult;
  readonly at: number;
  readonly owner: string;
}

/**
 * Results of messages that carried an id, so that a message that its client repeats is not delivered twice. They are bounded by
 * owner, the address of the client: a client that sends a million ids, under whatever names, forgets only its own.
 */
export class RecentResults {
  private readonly entries = new Map<string, Entry>();
  /** The keys of the entries of each owner, oldest first. */
  private readonly owners = new Map<string, Set<string>>();

  constructor(
    private readonly clock: Pick<Clock, "now">,
    private readonly maxTotal = MAX_TOTAL,
  ) {}

  /** Results that are remembered. */
  get size(): number {
    return this.entries.size;
  }

  /** The key names a message: its sender, where it goes, and its id. */
  find(key: string): RecentResult | undefined {
    const entry = this.entries.get(key);
    return entry && this.clock.now() - entry.at <= REMEMBERED ? entry.result : undefined;
  }

  remember(owner: string, key: string, result: RecentResult): void {
    this.forget(key);
    const keys = this.owners.getOrInsertComputed(owner, () => new Set());
    keys.add(key);
    this.entries.set(key, { result, at: this.clock.now(), owner });
    // Not one by one: each time, the set would be searched past all that it has forgotten.
    if (keys.size > MAX_PER_OWNER) this.forgetOldest(keys, MAX_PER_OWNER * FREED_PART);
    if (this.entries.size > this.maxTotal) this.shed();
  }

  /** A message was rejected: it may be sent again. */
  forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    const keys = this.owners.get(entry.owner);
    keys?.delete(key);
    if (keys?.size === 0) this.owners.delete(entry.owner);
  }

  /** Forgets results that are too old, one owner a step; due once a second. */
  *tick(): Generator<void> {
    const end = this.clock.now() - REMEMBERED;
    for (const keys of this.owners.values()) {
      for (const key of keys) {
        const entry = this.entries.get(key);
        // In the order in which they were remembered.
        if (entry && entry.at >= end) break;
        this.forget(key);
      }
      yield;
    }
  }

  private forgetOldest(keys: ReadonlySet<string>, count: number): void {
    let left = count;
    for (const key of keys) {
      if (left-- <= 0) return;
      this.forget(key);
    }
  }

  /** Owners with the most forget half of it; two passes over the owners for each sixteenth of the limit. */
  private shed(): void {
    const goal = this.maxTotal * (1 - FREED_PART);
    while (this.entries.size > goal) {
      let largest = 0;
      for (const { size } of this.owners.values()) if (size > largest) largest = size;
      for (const keys of this.owners.values()) {
        if (keys.size * 2 > largest) this.forgetOldest(keys, Math.ceil(keys.size / 2));
        if (this.entries.size <= goal) return;
      }
    }
  }
}
