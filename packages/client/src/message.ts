import { type AddressKey, addressKeyOf } from "./frames.ts";
import { type Bytes, type Data, dataFrom, numberFrom, parseObject, textFrom } from "./json.ts";
import type { Position } from "./kept/position.ts";

export type ChannelKind = "name" | "session" | "broadcast" | "hub";

/** Where a message was sent: to the names, sessions, broadcasts or hubs in `names`. */
export interface Channel<Kind extends ChannelKind = ChannelKind> {
  readonly kind: Kind;
  readonly names: readonly string[];
}

/** The result of a send. */
export interface Delivery {
  /** Number of sessions the message was delivered to; undefined in legacy dialects. */
  readonly taken: number | undefined;
  /**
   * Of those, the number whose connection is down. They get it if they return in time; otherwise it is lost, and the sender is not
   * notified. Omitted if 0.
   */
  readonly held?: number;
  /** Number of sessions that did not get it, by reason: `dialect` (binary to a legacy client), `backlog` (too slow, disconnected). */
  readonly missed?: { readonly [reason: string]: number };
  /** With several targets: those that were not online. */
  readonly missing?: readonly (string | number)[];
  /** It was not sent: a newer one replaced it (`latest`), or it would have had to wait (`ifConnected`). */
  readonly dropped?: boolean;
  /** Sequence number of the message in its kept channel, which holds it now. Omitted if the channel is not kept. */
  readonly seq?: number;
  /** To a kept name that nobody had: it is in the inbox. */
  readonly kept?: boolean;
  /** The server had received a message with this id before, and has not delivered this one. */
  readonly duplicate?: boolean;
}

export interface Message<Payload = Data, Kind extends ChannelKind = ChannelKind> {
  /** The payload, without address and stamp. */
  readonly data: Payload;
  /** Login name of the sender. */
  readonly from: string;
  /** Session id of the sender. */
  readonly sid: number;
  /** The kind of the channel. TypeScript uses it to narrow the type of `data`. */
  readonly kind: Kind;
  readonly channel: Channel<Kind>;
  /** The exact JSON text that the sender wrote, including the address. For a binary message, its header. */
  readonly text: string;
  /** The bytes of a binary message. They start at offset 0 of their own buffer, so you can create any typed array on it. */
  readonly bytes?: Bytes | undefined;
  /** Its place in a kept channel. undefined if the channel is not kept, or this client has neither joined it nor asked for its inbox. */
  readonly position?: Position | undefined;
  /** In a page of history: when the server stored it, in milliseconds since 1970 by the server's clock. */
  readonly at?: number | undefined;
  /** Sends a message to the session it came from. */
  reply(data: object): Promise<Delivery>;
}

/** A routed frame that is not classified yet. */
export interface Incoming {
  readonly from: string;
  readonly sid: number;
  readonly channel: Channel;
  readonly data: Data;
  /** The text as received. */
  readonly text: string;
  readonly bytes: Bytes | undefined;
  /** Sequence number in a kept channel. */
  readonly seq: number | undefined;
  /** When it was stored, in a page of history. */
  readonly at: number | undefined;
}

/** The same frame, parsed by the application's own parser. */
export type Parse = (text: string) => unknown;

export function incomingFrom(
  frame: Data,
  text: string,
  bytes: Bytes | undefined,
  [key, kind]: AddressKey,
  parse?: Parse,
): Incoming {
  const { [key]: target, sID, FROM, ...data } = frame;
  // Not String(), which throws for some objects that a hostile server could send as a name.
  const names = [target].flat().map((name) => textFrom(name) || JSON.stringify(name));
  const channel = { kind, names };
  const stamp = { from: textFrom(FROM), sid: numberFrom(sID) ?? 0 };
  const { seq, at, binary } = keptFrom(frame, text);
  const { [key]: _target, sID: _sid, FROM: _from, ...parsed } = parse ? dataFrom(parse(text)) : data;
  if (seq !== undefined) delete parsed.$seq;
  if (at !== undefined) delete parsed.$at;
  if (binary !== undefined) delete parsed.$binary;
  return { ...stamp, channel, data: parsed, text, seq, at, bytes: binary ?? bytes };
}

/** What follows the stamp of a stored message. A payload from a legacy dialect may have the same keys, but never behind the stamp. */
function keptFrom(frame: Data, text: string) {
  const [, seq, at, binary] = ("$seq" in frame && STAMP.exec(text)) || [];
  return {
    seq: seq === undefined ? undefined : Number(seq),
    at: at === undefined ? undefined : Number(at),
    binary: binary === undefined ? undefined : Uint8Array.from(atob(binary), (one) => one.charCodeAt(0)),
  };
}

/**
 * The payload as JSON.parse reads it, for what this library writes itself: the parser of the application may make other types of
 * its numbers.
 */
export function ownPayload({ text }: Incoming): Data {
  const frame = parseObject(text) ?? {};
  const key = addressKeyOf(frame);
  return key ? incomingFrom(frame, text, undefined, key).data : frame;
}

/** The stamp, and what follows it in kept channels (PROTOCOL.md S1, R140, R142): always last, and never with white space. */
const STAMP =
  /,"sID":\d+,"FROM":"(?:[^"\\]|\\.)*"(?:,"\$seq":(\d+)(?:,"\$at":(\d+)(?:,"\$binary":"([^"]*)")?)?)?(?=\}\s*$)/;

/** What the sender wrote. */
export const unstamped = (text: string): string => text.replace(STAMP, "");
