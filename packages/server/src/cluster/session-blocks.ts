import type { Peer } from "./peer.ts";
import { isCount } from "./sent-values.ts";

/** Session ids are leased in blocks of this many. */
export const BLOCK_IDS = 4_096;
const BLOCK_BITS = 12;
/** Blocks of all session ids, which are below 2^31. */
const BLOCKS = 2 ** (31 - BLOCK_BITS);
/** Blocks in reserve, so that a node that is alone can still accept so many connections. */
const SPARE_BLOCKS = 4;
const RETRY_MILLISECONDS = 1_000;

export interface SessionBlocksDeps {
  /** See Bus.lease. */
  lease(after: number): Promise<number>;
  /** The number of the last lease, which a restart must not go below. */
  readonly store: { load(): number; save(lease: number): void };
  readonly clock: { every(milliseconds: number, callback: () => void): () => void };
  failed(error: unknown): void;
  /** The blocks of this node have changed. */
  changed(): void;
  /** Whether a session that has moved has an id of the block. */
  isInUse(block: number): boolean;
}

export const blockOf = (id: number): number => id >>> BLOCK_BITS;

/** The ids that this node may give to sessions, and which node has which others (docs/decisions/040-cluster.md). */
export class SessionBlocks {
  private readonly spare: number[] = [];
  private readonly own = new Set<number>();
  private readonly others = new Map<number, Peer>();
  private next_ = 0;
  private end = 0;
  private isLeasing = false;
  private stopRetry: (() => void) | undefined;

  constructor(private readonly deps: SessionBlocksDeps) {}

  /** Leases the first blocks. Rejects when that is not possible. */
  async begin(): Promise<void> {
    await this.leaseOne();
    this.refill();
  }

  /** The next id; undefined when there is none in reserve. */
  next(isUsed: (id: number) => boolean): number | undefined {
    for (;;) {
      for (; this.next_ < this.end; this.next_++) {
        // 0 is not a session id (PROTOCOL.md K1).
        if (this.next_ === 0 || isUsed(this.next_)) continue;
        return this.next_++;
      }
      const block = this.spare.shift();
      if (block === undefined) return undefined;
      this.next_ = block * BLOCK_IDS;
      this.end = this.next_ + BLOCK_IDS;
      this.refill();
    }
  }

  /** The blocks of this node. */
  get blocks(): number[] {
    return [...this.own];
  }

  /** Gives up the blocks that none of the sessions is in any more. */
  prune(sessions: Iterable<number>): void {
    const used = new Set([...this.spare, this.end / BLOCK_IDS - 1]);
    for (const id of sessions) used.add(blockOf(id));
    for (const block of this.own) if (!used.has(block)) this.own.delete(block);
  }

  /** Whether the id is one that this node may have given out. */
  isOwn(id: number): boolean {
    return this.own.has(blockOf(id));
  }

  /** The other node that has the session, if there is such a session. */
  nodeOf(id: number): Peer | undefined {
    return this.others.get(blockOf(id));
  }

  /** What a peer says of its blocks. */
  learn(peer: Peer, blocks: unknown): void {
    this.lost(peer);
    if (!Array.isArray(blocks)) return;
    // What this node has been leased is its own, whatever another one says.
    for (const block of blocks)
      if (isCount(block) && block < BLOCKS && !this.own.has(block)) this.others.set(block, peer);
  }

  lost(peer: Peer): void {
    for (const [block, holder] of this.others) if (holder === peer) this.others.delete(block);
  }

  close(): void {
    this.stopRetry?.();
  }

  private refill(): void {
    if (this.isLeasing || this.spare.length >= SPARE_BLOCKS) return;
    this.isLeasing = true;
    void this.leaseOne().then(
      () => {
        this.isLeasing = false;
        this.refill();
      },
      (error: unknown) => {
        this.isLeasing = false;
        this.deps.failed(error);
        this.stopRetry ??= this.deps.clock.every(RETRY_MILLISECONDS, () => {
          this.stopRetry?.();
          this.stopRetry = undefined;
          this.refill();
        });
      },
    );
  }

  private async leaseOne(): Promise<void> {
    const lease = await this.deps.lease(this.deps.store.load());
    this.deps.store.save(lease);
    const block = lease % BLOCKS;
    // After all ids were given out once, blocks are leased again, and those in use are left out (PROTOCOL.md K1a).
    if (this.own.has(block) || this.others.has(block) || this.deps.isInUse(block)) return this.leaseOne();
    this.own.add(block);
    this.spare.push(block);
    this.deps.changed();
  }
}
