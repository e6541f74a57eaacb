import type { KeepOutcome, KeptChannel } from "../keep.ts";
import type { Payload } from "../socket.ts";

/** What kept channels need to know about a session. */
export interface KeptSession {
  readonly id: number;
  readonly instance: string;
  readonly endpoint: { readonly dialect: string };
  /** Charges deliveries that were made for it after its frame had been handled. */
  chargeDeliveries(deliveries: number, bytes: number): void;
}

/** What kept channels need of the other nodes. */
export interface KeptElsewhere {
  /** The name of this node. */
  readonly node: string;
  /** The node whose turn it is to take a message for a service; undefined if all members receive it (PROTOCOL.md R163). */
  turn(channel: KeptChannel): string | undefined;
  /** Asks how many sessions of the other nodes took a message; `done` is called when all have answered or 250 ms have passed. */
  count(channel: KeptChannel, entry: string, done: (taken: number, held: number, missed: number) => void): void;
}

/** A message to one kept channel. */
export interface KeptSend {
  readonly channel: KeptChannel;
  readonly payload: Payload;
  /** Id of the session that must not receive it. */
  readonly except: number | undefined;
  /** See KeepRequest. */
  readonly id: string | undefined;
  /** Its sender learns how many took it. */
  readonly wantsResult: boolean;
}

/** What receivers of a message need. */
export interface Delivered extends Pick<KeptSend, "channel" | "payload" | "except"> {
  /** See KeepRequest. */
  readonly turn: string | undefined;
}

/** What became of a message to a kept channel. */
export type KeptResult =
  | KeptDelivery
  | { readonly kind: "duplicate"; readonly seq: number }
  | { readonly kind: "failed"; readonly reason: KeptFailure };

export type KeptFailure = "keep-busy" | "keep-failed" | "keep-full" | "no-quorum";

export interface KeptDelivery {
  readonly kind: "delivered";
  readonly seq: number;
  readonly taken: number;
  readonly held: number;
  /** Nodes that did not say how many of their sessions took it. */
  readonly missed?: number;
}

export const failureOf = ({ reason }: Extract<KeepOutcome, { kind: "failed" }>): KeptFailure =>
  reason === "quorum" ? "no-quorum" : reason === "storage" ? "keep-failed" : "keep-full";
