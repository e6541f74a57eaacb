import type { Member } from "@achex/client";
import type { Pair } from "./pair.ts";
import type { DirectLink } from "./runs.ts";

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Marks that pile up on one letter reach into the lines above and below. */
const PILES = /(\p{M}{2})\p{M}+/gu;
const LONGEST = 32;

/** The name of a device as it may be shown: one line, without characters that cannot be seen. */
export function deviceName(value: unknown): string {
  if (typeof value !== "string" || value.length > 1_000) return "Unnamed";
  const clean = value.normalize("NFC").replace(HIDDEN, "").replace(PILES, "$1").replace(/\s+/g, " ").trim();
  return [...clean].slice(0, LONGEST).join("") || "Unnamed";
}

export type DeviceKind = "computer" | "phone" | "terminal";

/** Another client in the room. */
export class Peer {
  readonly sid: number;
  name: string;
  kind: DeviceKind;
  /** Its connection is down. */
  isAway = false;
  pair: Pair | undefined;
  link: DirectLink | undefined;
  /** Why there are no shared keys. */
  problem = "";
  /** Until then no direct connection is tried, ms. */
  noDirectUntil = 0;
  directFailures = 0;
  /** This side has begun a handshake. */
  isPairing = false;
  /** Messages that came before the end of the handshake. */
  readonly early: { readonly pairing: string; readonly bytes: Uint8Array }[] = [];

  constructor({ sid, attributes, away }: Member) {
    this.sid = sid;
    this.name = deviceName(attributes.name);
    this.kind = attributes.kind === "phone" ? "phone" : attributes.kind === "terminal" ? "terminal" : "computer";
    this.isAway = away === true;
  }

  /** Forgets the keys. */
  unpair(): void {
    if (this.pair) this.pair.isOver = true;
    this.link?.close();
    this.pair = undefined;
    this.link = undefined;
  }
}
