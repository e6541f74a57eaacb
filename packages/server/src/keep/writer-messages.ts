import type { Payload } from "../socket.ts";

/** What the main thread and the thread that writes tell each other. Tuples, because there are many and they are copied. */

/** A channel, under the number that the other messages use for it; sent before the first of them. */
export type ChannelEntry = readonly [
  number: number,
  instance: string,
  kind: string,
  name: string,
  messages: number,
  age: number,
  bytes: number,
];

export type AppendEntry = readonly [
  channel: number,
  at: number,
  frame: Payload,
  id: string | undefined,
  /** The epoch that begins if the channel is new. All nodes of a cluster give the same, and decide alike which ids are known. */
  epoch?: string,
];
export type ConfirmEntry = readonly [channel: number, device: string, seq: number];

/** A room whose state is kept. */
export interface RoomEntry {
  readonly instance: string;
  readonly kind: string;
  readonly name: string;
  /** undefined: the room is deleted. */
  readonly content:
    | {
        readonly version: number;
        /** As JSON. */
        readonly options: string;
        readonly changed: number;
        /** Keys that were stored before are deleted. */
        readonly isNew: boolean;
        readonly keys: readonly (readonly [key: string, text: string | null, version: number])[];
        /** Of a room that the nodes of a cluster have in common. */
        readonly shared?: { readonly isKept: boolean; readonly isAwake: boolean; readonly detail: string };
      }
    | undefined;
}

/** What is committed together. */
export interface Batch {
  readonly kind: "batch";
  readonly channels: readonly ChannelEntry[];
  readonly appends: readonly AppendEntry[];
  readonly confirms: readonly ConfirmEntry[];
  readonly rooms: readonly RoomEntry[];
  /** No term up to this one is given out again; undefined if it has not changed. */
  readonly term: number | undefined;
  /** Of a node of a cluster. */
  readonly shared?: SharedBatch;
}

/** What the log of a cluster says besides messages and confirmed positions. */
export interface SharedBatch {
  /** Up to where each shard of the log has been applied, with this batch. */
  readonly positions: readonly (readonly [shard: number, log: string, position: number])[];
  /** Channels that end, if they have no message after this one. */
  readonly forgets: readonly (readonly [channel: number, head: number])[];
  /** The same as `positions` for the rooms of this batch and earlier ones, with the highest numbers that rooms have had. */
  readonly rooms: readonly (readonly [shard: number, log: string, position: number, version: number, term: number])[];
}

export type ToWriter =
  | Batch
  /** Channels that were stored before the start. */
  | { readonly kind: "announce"; readonly channels: readonly ChannelEntry[] }
  /** Delete what is no longer kept at this time; due once a second. */
  | { readonly kind: "retain"; readonly now: number }
  /** Forget these channels if they are still empty; no later message uses their numbers. */
  | { readonly kind: "forget"; readonly channels: readonly number[] }
  | { readonly kind: "close" };

export type FromWriter =
  /** One position for each append; negative for the position of the message that it repeats. `bytes` are used on disk. */
  | { readonly kind: "committed"; readonly positions: readonly number[]; readonly bytes: number }
  /** The batch was not committed. */
  | { readonly kind: "failed"; readonly reason: string; readonly isDamage: boolean }
  /** Numbers of channels that have become empty. `bytes` are used on disk. */
  | { readonly kind: "retained"; readonly empty: readonly number[]; readonly bytes: number }
  | { readonly kind: "forgotten" }
  | { readonly kind: "closed" };
