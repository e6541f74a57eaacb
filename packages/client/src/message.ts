import { type Data, numberFrom, textFrom } from "./data.ts";

/** In the order in which the server looks for them: the first that a frame has is its address (PROTOCOL.md V2). */
const verbs = [
  ["to", "name"],
  ["toS", "session"],
  ["tos", "session"],
  ["bc", "broadcast"],
  ["toH", "hub"],
] as const;

/** The key of an address, and what it addresses. */
export type Verb = (typeof verbs)[number];

export const messageVerb = (frame: Data): Verb | undefined => verbs.find(([key]) => key in frame);

/** A key that a payload cannot have, since the server would read or replace it. */
export const reservedKey = (data: object): string | undefined =>
  Object.keys(data).find((key) => /^(\$|(to[SsH]?|bc|sID|FROM)$)/.test(key));

/** Where a message was sent: to the names, sessions, broadcasts or hubs in `names`. */
export interface Channel {
  readonly kind: "name" | "session" | "broadcast" | "hub";
  readonly names: readonly string[];
}

/** What the sends that were confirmed say. */
export interface Delivery {
  /** Sessions that took it; undefined where the dialect does not tell. */
  readonly taken: number | undefined;
  /** Sessions that could not take it, by reason: `dialect` (binary to an old client), `backlog` (too slow, cut). */
  readonly missed?: { readonly [reason: string]: number };
  /** Of a list of targets, those where nobody was. */
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

/** A message, addressed by `verb`. */
export function incomingOf(frame: Data, bytes: Uint8Array | undefined, [key, kind]: Verb): Incoming {
  const { [key]: target, sID, FROM, ...data } = frame;
  // JSON and not String(): what a broken server calls a name may be an object that has no text.
  const names = [target].flat().map((name) => textFrom(name) || JSON.stringify(name));
  return { from: textFrom(FROM), sid: numberFrom(sID) ?? 0, channel: { kind, names }, data, bytes };
}
