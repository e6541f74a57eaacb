import type { Address } from "@achex/protocol";
import type { Payload } from "./socket.ts";

/** A routed message: already stamped, so that every node forwards the same bytes. */
export interface Message {
  readonly instance: string;
  readonly targets: readonly Address[];
  /** Text, or a whole binary frame of achex.2. */
  readonly payload: Payload;
  /** Session id that does not get it, for hubs; 0 is nobody. */
  readonly except: number;
}

/** A channel that sessions of this node are in. */
export interface FollowedChannel {
  readonly instance: string;
  readonly kind: "name" | "broadcast" | "hub";
  readonly name: string;
}

/** Takes a message to the sessions of this node; returns how many got it. */
export type Sink = (message: Message) => number;

/**
 * Seam: carries messages between nodes. A message published reaches the sink of every node that follows one of its
 * channels, this node included, exactly once; the messages of one publisher keep their order. `publish` neither waits nor
 * throws.
 */
export interface Engine {
  /** Returns how many sessions of this node got it. */
  publish(message: Message): number;
  /** Called when the first session of this node enters the channel. */
  follow(channel: FollowedChannel): void;
  /** Called when the last one has left it. */
  unfollow(channel: FollowedChannel): void;
  close(): Promise<void>;
}
