import type { AddressKey } from "./frames.ts";
import { type Data, numberFrom, textFrom } from "./json.ts";

/** Where a message was sent: to the names, sessions, broadcasts or hubs in `names`. */
export interface Channel {
  readonly kind: "name" | "session" | "broadcast" | "hub";
  readonly names: readonly string[];
}

/** What became of a send. */
export interface Delivery {
  /** Sessions that took it; undefined where the dialect does not say. */
  readonly taken: number | undefined;
  /** Sessions that could not take it, by reason: `dialect` (binary to a legacy client), `backlog` (too slow, disconnected). */
  readonly missed?: { readonly [reason: string]: number };
  /** Of a list of targets, those that were not online. */
  readonly missing?: readonly (string | number)[];
}

export interface Message<Payload = Data> {
  /** What was sent, without address and stamp. */
  readonly data: Payload;
  /** Login name of the sender. */
  readonly from: string;
  /** Session id of the sender. */
  readonly sid: number;
  readonly channel: Channel;
  /** The raw bytes of a binary message. */
  readonly bytes?: Uint8Array | undefined;
  /** Sends to the session it came from. */
  reply(data: object): Promise<Delivery>;
}

/** A routed frame, before it is known what it is for. */
export interface Incoming {
  readonly from: string;
  readonly sid: number;
  readonly channel: Channel;
  readonly data: Data;
  readonly bytes: Uint8Array | undefined;
}

export function incomingFrom(frame: Data, bytes: Uint8Array | undefined, [key, kind]: AddressKey): Incoming {
  const { [key]: target, sID, FROM, ...data } = frame;
  // JSON.stringify and not String(): a hostile server may send an object that has no text as a name.
  const names = [target].flat().map((name) => textFrom(name) || JSON.stringify(name));
  return { from: textFrom(FROM), sid: numberFrom(sID) ?? 0, channel: { kind, names }, data, bytes };
}
