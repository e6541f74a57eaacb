import type { Dialect } from "@achex/protocol";
import type { Grant } from "../auth.ts";
import type { Channel } from "../delivery/channels.ts";

/** What a client connected to; fixed at the handshake. */
export interface Endpoint {
  readonly dialect: Dialect;
  readonly instance: string;
  /** Index of the listener that accepted it, from 0. */
  readonly listenerIndex: number;
  /** The client asked for a report on each of its frames (PROTOCOL.md F1). */
  readonly reports?: true;
}

export interface Named {
  readonly kind: "named";
  readonly name: string;
  /** See stampOf. Made once per login, so that a message needs no JSON encoding. */
  readonly stamp: string;
  readonly grant: Grant;
  /** The channels of its names: a service with a tag has a second one for the name its instances share. */
  readonly nameChannels: readonly Channel[];
}

export type SessionState = { readonly kind: "greeted" } | Named | { readonly kind: "closing" };
