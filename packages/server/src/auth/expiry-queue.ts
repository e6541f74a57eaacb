interface Expiry {
  readonly key: string;
  /** Milliseconds of the clock that the caller uses. */
  readonly at: number;
}

/** Stale entries that may stay in the order before they are removed, besides as many as there are keys. */
const SLACK = 64;

/**
 * Keys with the time when each expires, in the order in which they were set. Like a Map, but the first key is found at once: a Map
 * whose first keys are deleted one after the other looks through all that were deleted before.
 */
export class ExpiryQueue {
  private readonly entries = new Map<string, Expiry>();
  /** Oldest first from `head` on. An entry that is no longer the one of its key is stale. */
  private order: Expiry[] = [];
  private head = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Sets the expiry of a key, which is the last in the order from now on. */
  set(key: string, at: number): void {
    const entry = { key, at };
    this.entries.set(key, entry);
    this.order.push(entry);
    if (this.order.length > 2 * this.entries.size + SLACK) this.removeStale();
  }

  /** False when the key is not in the queue. */
  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  /** The key that was set first; undefined when the queue is empty. */
  first(): Expiry | undefined {
    for (; this.head < this.order.length; this.head++) {
      const entry = this.order[this.head];
      if (entry && this.entries.get(entry.key) === entry) return entry;
    }
    return undefined;
  }

  private removeStale(): void {
    this.order = this.order.filter((entry) => this.entries.get(entry.key) === entry);
    this.head = 0;
  }
}
