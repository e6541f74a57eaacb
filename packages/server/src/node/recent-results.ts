import type { Clock } from "../clock.ts";

/** The result of a message with an id, as JSON; a promise while it is still being stored. */
export type RecentResult = string | Promise<string | undefined>;

/** How long a result is remembered at least, in milliseconds (PROTOCOL.md R146). */
const REMEMBERED = 120_000;
/** Results remembered for one sender; beyond it, the oldest are forgotten. */
const MAX_PER_SENDER = 1_000;
/** Results remembered for all senders together. */
const MAX_TOTAL = 200_000;

interface Entry {
  readonly result: RecentResult;
  readonly at: number;
}

/**
 * Results of messages that carried an id, so that a message that its client repeats is not delivered twice. By sender, so that
 * one who sends a million ids forgets only its own.
 */
export class RecentResults {
  private readonly senders = new Map<string, Map<string, Entry>>();
  private total = 0;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Results that are remembered. */
  get size(): number {
    return this.total;
  }

  find(sender: string, id: string): RecentResult | undefined {
    const entry = this.senders.get(sender)?.get(id);
    return entry && this.clock.now() - entry.at <= REMEMBERED ? entry.result : undefined;
  }

  remember(sender: string, id: string, result: RecentResult): void {
    const entries = this.senders.getOrInsertComputed(sender, () => new Map());
    if (!entries.delete(id)) this.total++;
    entries.set(id, { result, at: this.clock.now() });
    if (entries.size > MAX_PER_SENDER || this.total > MAX_TOTAL) this.forgetOldest(sender, entries);
  }

  /** A message was rejected: it may be sent again. */
  forget(sender: string, id: string): void {
    const entries = this.senders.get(sender);
    if (!entries?.delete(id)) return;
    this.total--;
    if (entries.size === 0) this.senders.delete(sender);
  }

  /** Forgets results that are too old, one sender a step; due once a second. */
  *tick(): Generator<void> {
    const end = this.clock.now() - REMEMBERED;
    for (const [sender, entries] of this.senders) {
      for (const [id, { at }] of entries) {
        // In the order in which they were remembered.
        if (at >= end) break;
        this.forget(sender, id);
      }
      yield;
    }
  }

  private forgetOldest(sender: string, entries: Map<string, Entry>): void {
    for (const id of entries.keys()) {
      this.forget(sender, id);
      return;
    }
  }
}
