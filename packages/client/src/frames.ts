import { addressKeyOf, isStampKey } from "@achex/protocol";
import { ownFault } from "./fault.ts";
import type { Bytes, Data } from "./json.ts";

export { type AddressKey, addressKeyOf } from "@achex/protocol";

const encoder = new TextEncoder();

/** Whether a payload cannot have the key, because the server would read or replace it. */
const isReserved = (key: string): boolean =>
  key.startsWith("$") || isStampKey(key) || addressKeyOf({ [key]: 0 }) !== undefined;

/** Throws `bad-payload` unless the targets are names or session ids: a frame without an address would be taken as a command. */
export function checkTarget(target: unknown): void {
  const targets = Array.isArray(target) ? target : [target];
  const valid = (one: unknown) => typeof one === "string" || Number.isFinite(one);
  if (targets.length === 0 || !targets.every(valid))
    throw ownFault("bad-payload", "A target must be a name, a session id or a list of them.");
}

/** The kind of an object, such as `Object`, `Map` or `ArrayBuffer`. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** A payload with its address and the `$` keys of the client; throws `bad-payload` for what cannot be a payload. */
export function messageFrame(address: Data, payload: object, dollarKeys: Data = {}): Data {
  // Not isData: a Promise, a Map or a typed array would be sent as an object without its content.
  const kind = kindOf(payload);
  if (kind !== "Object") throw ownFault("bad-payload", `A payload must be an object, not ${kind}.`);
  const wrong = Object.keys(payload).find(isReserved);
  if (wrong !== undefined) throw ownFault("bad-payload", `The key ${wrong} is reserved.`);
  return { ...address, ...dollarKeys, ...payload };
}

/** The bytes of a BufferSource (synchronously) or a Blob; throws `bad-payload` for anything else. */
export function bytesFrom(source: unknown): Uint8Array | Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (isBuffer(source)) return new Uint8Array(source);
  if (isBlob(source)) return source.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  throw ownFault("bad-payload", "Bytes must be an ArrayBuffer, a view of one, or a Blob.");
}

/** Also recognises objects from other realms, such as a frame or a vm context. */
const isBuffer = (value: unknown): value is ArrayBuffer => kindOf(value).endsWith("ArrayBuffer");

const isBlob = (value: unknown): value is { arrayBuffer(): Promise<ArrayBuffer> } =>
  typeof value === "object" && value !== null && "arrayBuffer" in value && typeof value.arrayBuffer === "function";

/** A binary frame: a 16-bit big-endian length, a JSON header of that many bytes, and the raw bytes (PROTOCOL.md R40). */
export function encodeBinary(header: string, bytes: Uint8Array): Bytes {
  const head = encoder.encode(header);
  const frame = new Uint8Array(2 + head.length + bytes.length);
  new DataView(frame.buffer).setUint16(0, head.length);
  frame.set(head, 2);
  frame.set(bytes, 2 + head.length);
  return frame;
}

/** undefined when it is not a binary frame. The bytes are a copy that begins at offset 0, so that any typed array fits on them. */
export function decodeBinary(buffer: ArrayBuffer): { readonly header: string; readonly bytes: Bytes } | undefined {
  if (buffer.byteLength < 2) return undefined;
  const end = 2 + new DataView(buffer).getUint16(0);
  const header = new TextDecoder().decode(new Uint8Array(buffer, 2, Math.min(end, buffer.byteLength) - 2));
  return { header, bytes: new Uint8Array(buffer.slice(end)) };
}

/** Length of a text as UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length;
