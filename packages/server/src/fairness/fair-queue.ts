export interface FairQueueLimits {
  /** Items that may wait. */
  readonly waiting: number;
  /** Items of one address that may wait. */
  readonly waitingPerAddress: number;
}

/**
 * A bounded queue in which addresses take turns, so an address that queues a thousand items delays the others by only one. When
 * it is full, the address with the most items loses its newest to an address that has fewer. Without that, a few addresses
 * could fill it and lock out everybody else.
 */
export class FairQueue<Item> {
  /** Addresses in the order they are served; a list is never empty. */
  private readonly byAddress = new Map<string, Item[]>();
  private size = 0;

  constructor(private readonly limits: FairQueueLimits) {}

  get length(): number {
    return this.size;
  }

  /** Adds an item. Returns the item that is rejected in exchange, which can be the new one; undefined if there was room. */
  push(address: string, item: Item): Item | undefined {
    const own = this.byAddress.get(address)?.length ?? 0;
    if (own >= this.limits.waitingPerAddress) return item;
    let evicted: Item | undefined;
    if (this.size >= this.limits.waiting) {
      evicted = this.evictFor(own);
      if (evicted === undefined) return item;
    }
    this.byAddress.getOrInsertComputed(address, () => []).push(item);
    this.size++;
    return evicted;
  }

  /** Removes the item whose turn is next. */
  shift(): Item | undefined {
    const [next] = this.byAddress;
    if (!next) return undefined;
    const [address, items] = next;
    const item = items.shift();
    this.byAddress.delete(address);
    if (items.length > 0) this.byAddress.set(address, items);
    this.size--;
    return item;
  }

  /** Removes an item for an address that has `own` items; undefined if no address has more than that one would then have. */
  private evictFor(own: number): Item | undefined {
    let largest: Item[] = [];
    for (const items of this.byAddress.values()) if (items.length > largest.length) largest = items;
    if (largest.length <= own + 1) return undefined;
    this.size--;
    // The newest, because the others of that address have waited longer.
    return largest.pop();
  }
}
