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

export type AppendEntry = readonly [channel: number, at: number, frame: Payload, id: string | undefined];
export type ConfirmEntry = readonly [channel: number, device: string, seq: number];

/** What is committed together. */
export interface Batch {
  readonly kind: "batch";
  readonly channels: readonly ChannelEntry[];
  readonly appends: readonly AppendEntry[];
  readonly confirms: readonly ConfirmEntry[];
}

export type ToWriter =
  | Batch
  /** Delete what is no longer kept at this time; due once a second. */
  | { readonly kind: "retain"; readonly now: number }
  /** Forget these channels if they are still empty; no later message uses their numbers. */
  | { readonly kind: "forget"; readonly channels: readonly number[] }
  | { readonly kind: "close" };

export type FromWriter =
  /** One position for each append; negative for the position of the message that it repeats. */
  | { readonly kind: "committed"; readonly positions: readonly number[] }
  /** The batch was not committed. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Numbers of channels that have become empty, and the bytes that all channels hold. */
  | { readonly kind: "retained"; readonly empty: readonly number[]; readonly bytes: number }
  | { readonly kind: "forgotten" }
  | { readonly kind: "closed" };
