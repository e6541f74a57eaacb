import type { Address } from "@achex/protocol";
import type { Payload } from "./socket.ts";

/** A routed message, already stamped so that every node forwards the same bytes. */
export interface Message {
  readonly instance: string;
  readonly targets: readonly Address[];
  /** Text, or a whole binary frame of achex.2. */
  readonly payload: Payload;
  /** Id of the session that must not receive it: the sender of a hub message. */
  readonly except: number | undefined;
  /** Set for a latest-value message: a newer message with the same text here replaces it (PROTOCOL.md R130). */
  readonly latest?: string | undefined;
}

/** A channel that has members on this node. */
export interface FollowedChannel {
  readonly instance: string;
  readonly kind: "name" | "broadcast" | "hub";
  readonly name: string;
}

/** Delivers a message to the sessions of this node; returns how many accepted it. */
export type Sink = (message: Message) => number;

/**
 * Seam: carries messages between nodes. A published message reaches the sink of every node that follows one of its
 * channels, this node included, exactly once. Messages of one publisher keep their order. `publish` neither waits nor
 * throws.
 */
export interface Engine {
  /** Returns how many sessions of this node accepted it. */
  publish(message: Message): number;
  /** Called when the first session of this node enters the channel. */
  follow(channel: FollowedChannel): void;
  /** Called when the last session of this node has left it. */
  unfollow(channel: FollowedChannel): void;
  close(): Promise<void>;
}
