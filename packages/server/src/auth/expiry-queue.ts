interface Expiry {
  readonly key: string;
  /** Milliseconds of the clock that the caller uses. */
  readonly at: number;
}

/** Number of stale entries, in addition to the number of keys, above which they are removed. */
const SLACK = 64;

/**
 * Keys with their expiry times, in the order in which they were set. A Map would be too slow: after many deletions at its
 * front, finding the first key has to skip all deleted entries.
 */
export class ExpiryQueue {
  private readonly entries = new Map<string, Expiry>();
  /** Oldest first, starting at `head`. An entry is stale if its key has been set again or deleted. */
  private order: Expiry[] = [];
  private head = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Sets the expiry of a key and moves the key to the end of the order. */
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

  expiryOf(key: string): number | undefined {
    return this.entries.get(key)?.at;
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
