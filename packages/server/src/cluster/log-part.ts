import type { NoQuorum } from "../bus.ts";
import type { Payload } from "../socket.ts";

/** One decision that all nodes make alike, as each of them reads it. */
export interface LogEntry {
  readonly shard: number;
  /** Of the batch in which it was stored: entries that were proposed in the same moment share it. */
  readonly position: number;
  /** When it was stored, in milliseconds since 1970; the only time that an apply may use. It can go back by the difference of two servers' clocks. */
  readonly at: number;
  /** Name and incarnation of the node that proposed it. */
  readonly node: string;
  readonly incarnation: string;
  /** This process proposed it, in its present incarnation. */
  readonly isOwn: boolean;
  /** Counts up in an incarnation, so both together are unique. */
  readonly id: number;
  readonly kind: string;
  /** Any JSON. What another node sent is checked by who applies it. */
  readonly body: unknown;
  readonly payload: Payload | undefined;
}

/** An entry that this node wants to be in the log. */
export interface Proposal {
  readonly shard: number;
  readonly kind: string;
  /** Becomes JSON. */
  readonly body: unknown;
  readonly payload?: Payload;
  /**
   * Called once: without a reason right after the entry has been applied here; with one when that did not happen in time. It may
   * be in the log and be applied all the same: the request is answered with `no-quorum`, and the part applies the entry when it comes.
   */
  settled?(failure: NoQuorum | undefined): void;
}

/** A position of one shard. A log that was made again has another name, and begins at 1. */
export interface LogPosition {
  readonly log: string;
  readonly position: number;
}

/**
 * One part of what all nodes decide alike. It must decide by earlier entries alone: no local clock or randomness, and not by who is
 * connected here. Entries of one shard come in order; those of different shards have no common order.
 */
export interface LogPart {
  /** Names it in copies. */
  readonly name: string;
  /** Kinds of the entries that it applies; no other part has them. */
  readonly kinds: readonly string[];
  /** For each shard, the last batch that is in what it holds or has stored; undefined before the first. Read at the start and after a copy. */
  positions(): readonly (LogPosition | undefined)[];
  /** Incarnations that it knows from before the start: they must be said to be gone when nobody hears them. */
  incarnations?(shard: number): Iterable<string>;
  apply(entry: LogEntry): void;
  /** An incarnation is gone, and with it whatever belonged to its sessions; the same for all nodes, and once per shard. */
  nodeGone?(shard: number, incarnation: string, at: number): void;
  /** The others took this process for dead. It is another incarnation now: the part proposes again what its sessions still use. */
  rejoined?(): void;
  /** All entries of the shard up to this position have been applied, also those of other parts. The log waits for a promise. */
  applied?(shard: number, position: LogPosition): void | Promise<void>;
  /**
   * Everything that it holds in one moment, for another node, with the positions of that: at least what it was given before this call.
   * Pieces without bytes say that more will come; they are not restored.
   */
  copy(): AsyncIterable<Uint8Array>;
  /** Replaces what it holds, and its positions. */
  restore(copy: AsyncIterable<Uint8Array>): Promise<void>;
}
