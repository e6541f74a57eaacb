import { type Data, isData } from "./data.ts";

export const encoder = new TextEncoder();

/** A binary frame: a 16-bit big-endian length, a JSON header of so many bytes, and the raw bytes (PROTOCOL.md R40). */
export function encodeBinary(header: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(header);
  const frame = new Uint8Array(2 + head.length + bytes.length);
  new DataView(frame.buffer).setUint16(0, head.length);
  frame.set(head, 2);
  frame.set(bytes, 2 + head.length);
  return frame;
}

/** undefined when it is none. */
export function decodeBinary(buffer: ArrayBuffer): { readonly frame: Data; readonly bytes: Uint8Array } | undefined {
  const all = new Uint8Array(buffer);
  const [high = 0, low = 0] = all;
  const end = 2 + high * 256 + low;
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
