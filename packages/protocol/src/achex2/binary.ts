import { defaultParseLimits, type ParseLimits } from "../limits.ts";
import type { Achex2Frame } from "./frames.ts";
import { parseAchex2 } from "./parse.ts";

const LENGTH_BYTES = 2;
const MAX_HEADER_BYTES = 0xffff;
/** Leaves room for the stamp (PROTOCOL.md R40). */
const MAX_CLIENT_HEADER_BYTES = 60_000;

export interface BinaryFrame {
  readonly frame: Achex2Frame;
  readonly body: Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** The header text and the raw bytes of a binary message, or undefined when it is malformed (PROTOCOL.md R40). */
export function splitBinary(bytes: Uint8Array): { readonly header: string; readonly body: Uint8Array } | undefined {
  const high = bytes[0];
  const low = bytes[1];
  if (high === undefined || low === undefined) return undefined;
  const length = high * 256 + low;
  const end = LENGTH_BYTES + length;
  if (end > bytes.byteLength || length > MAX_CLIENT_HEADER_BYTES) return undefined;
  try {
    return { header: decoder.decode(bytes.subarray(LENGTH_BYTES, end)), body: bytes.subarray(end) };
  } catch {
    return undefined;
  }
}

/** A header that is not a message makes the whole frame malformed; one with a bad address keeps its own fault. */
function isMessage({ request }: Achex2Frame): boolean {
  switch (request.verb) {
    case "send":
      return true;
    case "refused":
      return request.code !== "not-json" && request.code !== "not-object";
    case "drop":
      return request.reason === "bad-target" || request.reason === "too-many-targets";
    default:
      return false;
  }
}

/** One binary message of achex.2; never throws. Only messages can be binary (PROTOCOL.md R41). */
export function parseBinary(bytes: Uint8Array, limits: ParseLimits = defaultParseLimits): BinaryFrame {
  const parts = splitBinary(bytes);
  const body = parts?.body ?? bytes.subarray(0, 0);
  const frame = parseAchex2(parts?.header ?? "{}", limits);
  if (isMessage(frame)) return { frame, body };
  return { frame: { ...frame, request: { verb: "refused", code: "bad-binary" } }, body };
}

/** Header and bytes as one binary message (PROTOCOL.md R40); undefined when the header is too long for its length field. */
export function joinBinary(header: string, body: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const head = encoder.encode(header);
  if (head.byteLength > MAX_HEADER_BYTES) return undefined;
  const bytes = new Uint8Array(LENGTH_BYTES + head.byteLength + body.byteLength);
  bytes[0] = head.byteLength >> 8;
  bytes[1] = head.byteLength & 0xff;
  bytes.set(head, LENGTH_BYTES);
  bytes.set(body, LENGTH_BYTES + head.byteLength);
  return bytes;
}
