import type { Payload } from "../socket.ts";
import type { LogEntry } from "./log-part.ts";
import { isCount } from "./sent-values.ts";

/** What is stored in the log has this version. */
const BATCH_VERSION = 1;
const FIXED_BYTES = 5;
/** Characters of the name of a node, and of an incarnation. */
const MAX_NAME = 256;

/** An entry before it is stored: its kind and body as the JSON of an array, and its payload. */
export interface BatchEntry {
  readonly id: number;
  readonly headText: string;
  readonly payload: Payload | undefined;
  /** Of all that. */
  readonly bytes: number;
}

export function batchEntry(id: number, kind: string, body: unknown, payload: Payload | undefined): BatchEntry {
  const isText = typeof payload === "string";
  const payloadBytes = payload === undefined ? 0 : isText ? Buffer.byteLength(payload) : payload.byteLength;
  const shape = payload === undefined ? [] : [payloadBytes, isText ? 1 : 0];
  const headText = JSON.stringify([id, kind, body, ...shape]);
  return { id, headText, payload, bytes: Buffer.byteLength(headText) + payloadBytes + 1 };
}

/** Entries that are stored together: a version, the length of a JSON array (node, incarnation, entries), that array, and the payloads. */
export function encodeBatch(node: string, incarnation: string, entries: readonly BatchEntry[]): Uint8Array {
  const head = `[${JSON.stringify(node)},${JSON.stringify(incarnation)},${entries.map(({ headText }) => headText).join(",")}]`;
  const headBytes = Buffer.byteLength(head);
  const payloads = entries.flatMap(({ payload }) => (payload === undefined ? [] : payload));
  const parts = payloads.map((payload) => (typeof payload === "string" ? Buffer.from(payload) : payload));
  const first = Buffer.allocUnsafe(FIXED_BYTES + headBytes);
  first[0] = BATCH_VERSION;
  first.writeUInt32BE(headBytes, 1);
  first.write(head, FIXED_BYTES, "utf8");
  return Buffer.concat([first, ...parts]);
}

/**
 * Why a batch cannot be read: its version, or undefined when it is not a batch at all. Every version begins with the same: itself, the
 * length of a JSON array, and that array, which begins with the node and its incarnation. So bytes of any kind are not mistaken for a later one.
 */
export interface UnreadableBatch {
  readonly version: number | undefined;
}

type Stored = Pick<LogEntry, "shard" | "position" | "at">;

/** Reads a batch. `incarnation` is that of this process. */
export function decodeBatch(bytes: Uint8Array, stored: Stored, incarnation: string): LogEntry[] | UnreadableBatch {
  const batch = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version] = batch;
  if (batch.length < FIXED_BYTES) return { version: undefined };
  let at = FIXED_BYTES + batch.readUInt32BE(1);
  if (at > batch.length) return { version: undefined };
  const head = parsed(batch.toString("utf8", FIXED_BYTES, at));
  if (!Array.isArray(head)) return { version: undefined };
  const [node, proposer, ...sent]: unknown[] = head;
  if (!isName(node) || !isName(proposer)) return { version: undefined };
  if (version !== BATCH_VERSION) return { version };
  const entries: LogEntry[] = [];
  for (const one of sent) {
    if (!Array.isArray(one)) return { version: undefined };
    const [id, kind, body, payloadBytes, isText]: unknown[] = one;
    if (!isCount(id) || typeof kind !== "string") return { version: undefined };
    let payload: Payload | undefined;
    if (payloadBytes !== undefined) {
      if (!isCount(payloadBytes)) return { version: undefined };
      const end = at + payloadBytes;
      if (end > batch.length) return { version: undefined };
      payload = isText === 1 ? batch.toString("utf8", at, end) : new Uint8Array(batch.subarray(at, end));
      at = end;
    }
    entries.push({ ...stored, node, incarnation: proposer, isOwn: proposer === incarnation, id, kind, body, payload });
  }
  return entries;
}

const isName = (sent: unknown): sent is string =>
  typeof sent === "string" && sent.length > 0 && sent.length <= MAX_NAME;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
