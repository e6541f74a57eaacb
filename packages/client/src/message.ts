import { type AddressKey, addressKeyOf } from "./frames.ts";
import { type Bytes, type Data, dataFrom, numberFrom, parseObject, textFrom } from "./json.ts";

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
  const from = textFrom(FROM);
  const sid = numberFrom(sID) ?? 0;
  if (!parse) return { from, sid, channel, data, text, bytes };
  const { [key]: _target, sID: _sid, FROM: _from, ...parsed } = dataFrom(parse(text));
  return { from, sid, channel, data: parsed, text, bytes };
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

/** What the sender wrote: the stamp is always last, and never has white space (PROTOCOL.md S1). */
export const unstamped = (text: string): string => text.replace(/,"sID":\d+,"FROM":"(?:[^"\\]|\\.)*"(?=\}\s*$)/, "");
