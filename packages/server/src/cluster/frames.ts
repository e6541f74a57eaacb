import type { Payload } from "../socket.ts";

/** What is sent between nodes has this version; see docs/decisions/040-cluster.md. */
export const FRAME_VERSION = 1;

const HAS_BODY = 1;
const IS_TEXT = 2;
const FIXED_BYTES = 11;

/** One frame from a node to another. */
export interface NodeFrame {
  /** The link of the sender. */
  readonly from: string;
  /** Its number in the stream between the two; 0 for one outside it. */
  readonly number: number;
  /** The kind, and what belongs to it. */
  readonly head: readonly unknown[];
  readonly body: Payload | undefined;
}

const LAST_NUMBER = 0xffff_ffff;

/** The number of the next frame of a stream. */
export const numberAfter = (number: number): number => (number >= LAST_NUMBER ? 1 : number + 1);

const NO_BODY = new Uint8Array(0);

export function encodeFrame({ from, number, head, body }: NodeFrame): Uint8Array {
  const headText = JSON.stringify(head);
  const headBytes = Buffer.byteLength(headText);
  const isText = typeof body === "string";
  const bodyBytes = body === undefined ? 0 : isText ? Buffer.byteLength(body) : body.byteLength;
  const frame = Buffer.allocUnsafe(FIXED_BYTES + from.length + headBytes + bodyBytes);
  frame[0] = FRAME_VERSION;
  frame[1] = (body === undefined ? 0 : HAS_BODY) | (isText ? IS_TEXT : 0);
  frame[2] = from.length;
  frame.writeUInt32BE(headBytes, 3);
  frame.writeUInt32BE(number, 7);
  let at = FIXED_BYTES + frame.write(from, FIXED_BYTES, "latin1");
  at += frame.write(headText, at, "utf8");
  if (isText) frame.write(body, at, "utf8");
  else frame.set(body ?? NO_BODY, at);
  return frame;
}

/** Why a frame cannot be read: its version, or undefined when it is not a frame at all. */
export interface UnreadableFrame {
  readonly version: number | undefined;
}

/** Reads a frame. All that may publish to the cluster are trusted, but a mistake must not stop a node. */
export function decodeFrame(bytes: Uint8Array): NodeFrame | UnreadableFrame {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version, flags = 0, fromBytes = 0] = frame;
  if (version !== FRAME_VERSION) return { version };
  if (frame.length < FIXED_BYTES) return { version: undefined };
  const headAt = FIXED_BYTES + fromBytes;
  const bodyAt = headAt + frame.readUInt32BE(3);
  if (bodyAt > frame.length) return { version: undefined };
  const head = parsedHead(frame.toString("utf8", headAt, bodyAt));
  if (!head) return { version: undefined };
  const body =
    (flags & HAS_BODY) === 0
      ? undefined
      : (flags & IS_TEXT) === 0
        ? new Uint8Array(frame.subarray(bodyAt))
        : frame.toString("utf8", bodyAt);
  return { from: frame.toString("latin1", FIXED_BYTES, headAt), number: frame.readUInt32BE(7), head, body };
}

function parsedHead(text: string): readonly unknown[] | undefined {
  try {
    const head: unknown = JSON.parse(text);
    return Array.isArray(head) ? head : undefined;
  } catch {
    return undefined;
  }
}
