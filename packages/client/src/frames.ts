import { ownFault } from "./fault.ts";
import { type Data, isData, parseObject } from "./json.ts";

export const encoder = new TextEncoder();

/** In the order in which the server looks for them: the first that a frame has is its address (PROTOCOL.md V2). */
const addressKeys = [
  ["to", "name"],
  ["toS", "session"],
  ["tos", "session"],
  ["bc", "broadcast"],
  ["toH", "hub"],
] as const;

/** The key of an address, and what it addresses. */
export type AddressKey = (typeof addressKeys)[number];

/** undefined when the frame is no message. */
export const addressKeyOf = (frame: Data): AddressKey | undefined => addressKeys.find(([key]) => key in frame);

/** Keys a payload cannot have, because the server would read or replace them. */
const reserved = /^(\$|(to[SsH]?|bc|sID|FROM)$)/;

/** A payload with its address and the `$` keys of the client; throws `bad-payload` for what cannot be a payload. */
export function messageFrame(address: Data, payload: object, dollarKeys: Data = {}): Data {
  const wrong = isData(payload) ? Object.keys(payload).find((key) => reserved.test(key)) : "no object";
  if (wrong !== undefined) throw ownFault("bad-payload", `bad payload: ${wrong}`);
  return { ...address, ...dollarKeys, ...payload };
}

/** A binary frame: a 16-bit big-endian length, a JSON header of that many bytes, and the raw bytes (PROTOCOL.md R40). */
export function encodeBinary(header: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(header);
  const frame = new Uint8Array(2 + head.length + bytes.length);
  new DataView(frame.buffer).setUint16(0, head.length);
  frame.set(head, 2);
  frame.set(bytes, 2 + head.length);
  return frame;
}

/** undefined when it is no binary frame. */
export function decodeBinary(buffer: ArrayBuffer): { readonly frame: Data; readonly bytes: Uint8Array } | undefined {
  const all = new Uint8Array(buffer);
  const [high = 0, low = 0] = all;
  const end = 2 + high * 256 + low;
  const frame = parseObject(new TextDecoder().decode(all.subarray(2, end)));
  return frame && { frame, bytes: all.subarray(end) };
}
