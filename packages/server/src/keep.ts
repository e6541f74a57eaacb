import type { FollowedChannel } from "./engine.ts";
import type { Payload } from "./socket.ts";

/** How much a kept channel remembers; 0 means no limit. The oldest messages go first. */
export interface Retention {
  readonly messages: number;
  /** Age in milliseconds. */
  readonly age: number;
  /** Bytes of all its messages together. */
  readonly bytes: number;
}

/** A channel whose messages are stored. */
export interface KeptChannel extends FollowedChannel {
  readonly retention: Retention;
}

/** A message to be stored. */
export interface KeepRequest {
  readonly channel: KeptChannel;
  /** Stamped, as receivers get it, but without its position. */
  readonly frame: Payload;
  /** The server's time in milliseconds since 1970. */
  readonly at: number;
  /** A later message to the channel with the same id is a repetition and is not stored again. */
  readonly id?: string;
  /** Id of the session that must not receive it: other nodes of a cluster deliver it as well. */
  readonly except?: number;
  /** Name of the node whose turn it is to deliver it: the others of the cluster only store it. */
  readonly turn?: string;
  /** Called once: in the order of the requests of a channel, after the message has been committed or could not be. */
  readonly settled: (outcome: KeepOutcome) => void;
}

export type KeepOutcome =
  /** In a cluster, other nodes know it by `entry`. */
  | { readonly kind: "kept"; readonly seq: number; readonly entry?: string }
  /** The channel already holds a message with that id, at this position. */
  | { readonly kind: "duplicate"; readonly seq: number }
  /** The storage refused it, or too many channels or bytes are kept; nothing was stored and no position was used. */
  | { readonly kind: "failed"; readonly reason: "storage" | "channels" | "disk" }
  /** Too few nodes of a cluster could agree on it. It may be stored all the same, and is delivered then. */
  | { readonly kind: "failed"; readonly reason: "quorum" };

/** What became of a position that a device has confirmed. */
export type Confirmation = "confirmed" | "too-many-devices" | "no-quorum";

/** A message that another node of the cluster sent, after it has been committed here. */
export interface KeptArrival {
  readonly channel: KeptChannel;
  readonly frame: Payload;
  readonly seq: number;
  /** See KeepRequest. */
  readonly except: number | undefined;
  /** See KeepRequest. */
  readonly turn: string | undefined;
  /** See KeepOutcome. */
  readonly entry: string;
}

/** The positions a channel holds. */
export interface KeptSpan {
  readonly epoch: string;
  /** Position of the oldest message still held; `head + 1` if none is. */
  readonly first: number;
  /** Position of the newest message; 0 before the first. */
  readonly head: number;
}

export interface KeptMessage {
  readonly seq: number;
  readonly at: number;
  readonly frame: Payload;
}

/** A position that a client has, or a device has confirmed. */
export interface KnownPosition {
  /** undefined for the epoch of this node. */
  readonly epoch: string | undefined;
  readonly seq: number;
}

/** Messages in the order of their positions. */
export interface KeptRange {
  /** Only messages after this position. */
  readonly after: number;
  /** Only messages before this position. */
  readonly before?: number;
  readonly messages: number;
  /** The range ends before the message with which it would exceed this; at least one is returned. */
  readonly bytes: number;
  /** With `last`, the newest messages of the range instead of the oldest. */
  readonly last?: boolean;
}

/**
 * Seam: the log of kept channels. Positions count up from 1 in each channel without gaps, and belong to the channel's epoch: a
 * new epoch begins when messages that were acknowledged may have been lost, or when the channel was forgotten, so that a
 * position of an earlier epoch may name another message. What is read has been committed. Reads throw KeepUnavailable when the storage fails.
 */
export interface Keep {
  /** False if too much is waiting to be stored; then `settled` is not called. */
  append(request: KeepRequest): boolean;
  span(channel: FollowedChannel): KeptSpan;
  read(channel: FollowedChannel, range: KeptRange): readonly KeptMessage[];
  /** Position up to which a device of a kept name has confirmed its messages; 0 if it never did. */
  confirmed(channel: FollowedChannel, device: string): number;
  /** Stores that position. In a cluster it is confirmed when a quorum has it, so that it survives the death of this node. */
  confirm(channel: KeptChannel, device: string, seq: number): Confirmation | Promise<Confirmation>;
  /**
   * Resolves when what is at a position has been stored, 250 ms at most; undefined if it has been, or never will be. Only in a cluster,
   * where a client knows it from a node that was ahead of this one.
   */
  whenStored?(channel: FollowedChannel, position: KnownPosition): Promise<void> | undefined;
  /** Passes on what other nodes send, in the order of each channel; only where there are any. */
  listen?(arrived: (arrival: KeptArrival) => void): void;
  /** Resolves when everything that waits has been stored. */
  close(): Promise<void>;
}

/** What is stored cannot be read now; the message says why, on one line, for the operator. */
export class KeepUnavailable extends Error {
  override readonly name = "KeepUnavailable";
}
