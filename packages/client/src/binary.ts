import { type Data, isData } from "./data.ts";

export const encoder = new TextEncoder();

/** A binary frame: a 16-bit big-endian length, a JSON header of so many bytes, and the raw bytes (PROTOCOL.md R40). */
export function encodeBinary(header: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(header);
  const frame = new Uint8Array(2 + head.length + bytes.length);
  frame[0] = head.length >> 8;
  frame[1] = head.length & 0xff;
  frame.set(head, 2);
  frame.set(bytes, 2 + head.length);
  return frame;
}

/** undefined when it is none. */
export function decodeBinary(buffer: ArrayBuffer): { readonly frame: Data; readonly bytes: Uint8Array } | undefined {
  if (buffer.byteLength < 2) return undefined;
  const all = new Uint8Array(buffer);
  const end = 2 + new DataView(buffer).getUint16(0);
  if (end > all.length) return undefined;
  const frame = parseObject(new TextDecoder().decode(all.subarray(2, end)));
  return frame && { frame, bytes: all.subarray(end) };
}

/** undefined when the text is no JSON object. */
export function parseObject(text: string): Data | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isData(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
