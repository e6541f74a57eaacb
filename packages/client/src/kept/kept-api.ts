import type { Data } from "../json.ts";
import type { Channel, Message } from "../message.ts";
import type { Position } from "./position.ts";

/** Messages of a kept channel that this client does not get: they were deleted before it could read them. */
export interface Gap {
  readonly channel: Channel;
  /** Number of messages that the channel no longer holds. 0 with `reset`: the number is unknown. */
  readonly missed: number;
  /** The position was of another epoch, or beyond the newest message: stored positions are void, and everything that is held is sent. */
  readonly reset: boolean;
}

/** How a join of a kept room began. */
export interface KeptJoin {
  /** Messages after it are new; those up to it that were asked for have arrived. */
  readonly position: Position;
  /** See Gap. */
  readonly missed: number;
  readonly reset: boolean;
}

/** Which messages of a kept room to read. One of the first three; by default `last: 50`. */
export interface HistoryOptions {
  /** The newest messages, at most 200. */
  readonly last?: number;
  /** The newest messages before this position. */
  readonly before?: Position;
  /** The oldest messages after this position; `"start"` begins with the oldest that the room holds. */
  readonly after?: Position | "start";
  /** Messages per page for `before` and `after`, at most and by default 200. The server ends a page at 256 KiB. */
  readonly limit?: number;
}

/** Stored messages, oldest first. */
export interface HistoryPage<Payload = Data> {
  readonly messages: readonly Message<Payload>[];
  readonly epoch: string;
  /** Sequence numbers of the oldest and the newest message that the room holds; `first` is `head` + 1 if it holds none. */
  readonly first: number;
  readonly head: number;
  /** Whether there are more messages: newer ones with `after`, otherwise older ones. */
  readonly more: boolean;
  /** With `after`: the number of messages that follow that position and are no longer held. */
  readonly missed: number;
  /** The position is of another epoch, or beyond the head, so the page begins at the oldest message (`after`) or ends at the newest. */
  readonly reset: boolean;
}

/** Awaited, it is one page. As an async iterable, it is that page and all that follow in the same direction. */
export type History<Payload = Data> = Promise<HistoryPage<Payload>> & AsyncIterable<HistoryPage<Payload>>;

export interface InboxOptions {
  /**
   * Name of this device, at most 64 bytes. The server stores for each device how far it has read; a name has at most 16. Default
   * `"default"`.
   */
  readonly device?: string;
}
