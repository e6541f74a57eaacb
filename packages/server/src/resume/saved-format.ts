import { createHash } from "node:crypto";
import type { SessionCodec } from "../handover/move-format.ts";
import type { Payload } from "../socket.ts";
import type { SavedFrame, SavedLog, SavedNode, SavedSession, SharedPayload } from "./saved-node.ts";

/**
 * The file is a header of 16 bytes (magic, format, length of the JSON), the node as JSON in which frames are numbers, the
 * payloads in the order of these numbers, and the SHA-256 of all of that.
 */
const MAGIC = "achex\0\r\n";
/** Must be raised whenever SavedNode or the layout changes: a relay reads only files of its own format. */
export const SAVED_FORMAT = 2;
const HEADER_BYTES = 16;
const CHECKSUM_BYTES = 32;
/** Kind and length before each payload. */
const PAYLOAD_HEADER_BYTES = 5;
const CHUNK_BYTES = 1024 ** 2;

/** ASCII is read twice as fast as UTF-8, and most frames are ASCII. */
const ASCII = 0;
const UTF8 = 1;
const BINARY = 2;

/** The file cannot be used; the message says why, for the log. */
export class UnusableFile extends Error {
  override readonly name = "UnusableFile";
}

type WithIndexes<Session extends SavedSession> = Omit<Session, "log" | "queue" | "latest"> & {
  readonly log: Omit<SavedLog, "frames"> & { readonly frames: readonly number[] };
  readonly queue: readonly number[];
  readonly latest?: readonly (readonly [key: string, payload: number])[];
};

interface Contents extends Omit<SavedNode, "sessions"> {
  readonly sessions: readonly WithIndexes<SavedSession>[];
  readonly payloadCount: number;
  /** Numbers of the payloads that several sessions hold. */
  readonly shared: readonly number[];
}

/** The payloads in the order in which they are written. A payload that several sessions share is written once. */
class PayloadTable {
  readonly payloads: Payload[] = [];
  private readonly indexes = new Map<SharedPayload, number>();

  indexOf = (frame: SavedFrame): number => {
    if (typeof frame === "string" || frame instanceof Uint8Array) return this.payloads.push(frame) - 1;
    const known = this.indexes.get(frame);
    if (known !== undefined) return known;
    const index = this.payloads.push(frame.payload) - 1;
    this.indexes.set(frame, index);
    return index;
  };

  get shared(): readonly number[] {
    return [...this.indexes.values()];
  }
}

function contentsOf(node: SavedNode, table: PayloadTable): Contents {
  const sessions = node.sessions.map(({ latest, ...session }) => ({
    ...session,
    log: { ...session.log, frames: session.log.frames.map(table.indexOf) },
    queue: session.queue.map(table.indexOf),
    ...(latest && { latest: latest.map(([key, payload]) => [key, table.indexOf(payload)] as const) }),
  }));
  return { ...node, sessions, payloadCount: table.payloads.length, shared: table.shared };
}

/** Collects small parts into chunks, because a system call for each of 300,000 frames would take seconds. */
class ChunkWriter {
  private readonly hash = createHash("sha256");
  private chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  private used = 0;

  constructor(private readonly write: (bytes: Uint8Array) => void) {}

  bytes(bytes: Uint8Array): void {
    if (bytes.byteLength > CHUNK_BYTES - this.used) this.flush();
    if (bytes.byteLength > CHUNK_BYTES) {
      this.hash.update(bytes);
      this.write(bytes);
      return;
    }
    this.chunk.set(bytes, this.used);
    this.used += bytes.byteLength;
  }

  payload(payload: Payload): void {
    if (typeof payload !== "string") this.large(BINARY, payload);
    // Three bytes for each UTF-16 unit are the most that UTF-8 needs.
    else if (payload.length * 3 > CHUNK_BYTES - PAYLOAD_HEADER_BYTES) this.large(UTF8, Buffer.from(payload));
    else this.text(payload);
  }

  end(): void {
    this.flush();
    this.write(this.hash.digest());
  }

  private text(text: string): void {
    if (PAYLOAD_HEADER_BYTES + text.length * 3 > CHUNK_BYTES - this.used) this.flush();
    const { chunk, used } = this;
    const length = chunk.write(text, used + PAYLOAD_HEADER_BYTES);
    chunk.writeUInt8(length === text.length ? ASCII : UTF8, used);
    chunk.writeUInt32LE(length, used + 1);
    this.used += PAYLOAD_HEADER_BYTES + length;
  }

  private large(kind: number, bytes: Uint8Array): void {
    const header = Buffer.allocUnsafe(PAYLOAD_HEADER_BYTES);
    header.writeUInt8(kind, 0);
    header.writeUInt32LE(bytes.byteLength, 1);
    this.bytes(header);
    this.bytes(bytes);
  }

  private flush(): void {
    const filled = this.chunk.subarray(0, this.used);
    this.hash.update(filled);
    this.write(filled);
    this.used = 0;
  }
}

/** Writes the node in chunks of about 1 MiB; `write` must be done with a chunk when it returns. */
export function encodeNode(node: SavedNode, write: (bytes: Uint8Array) => void): void {
  const table = new PayloadTable();
  const json = Buffer.from(JSON.stringify(contentsOf(node, table)));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(SAVED_FORMAT, 8);
  header.writeUInt32LE(json.byteLength, 12);
  const writer = new ChunkWriter(write);
  writer.bytes(header);
  writer.bytes(json);
  for (const payload of table.payloads) writer.payload(payload);
  writer.end();
}

/** Throws UnusableFile unless these are all bytes of a file of this format, unchanged. */
function check(file: Buffer): void {
  if (file.byteLength < HEADER_BYTES + CHECKSUM_BYTES) throw new UnusableFile("it is truncated");
  if (file.toString("latin1", 0, MAGIC.length) !== MAGIC) throw new UnusableFile("it is damaged");
  const format = file.readUInt32LE(8);
  // Before the checksum, because another format may have another checksum.
  if (format !== SAVED_FORMAT) throw new UnusableFile(`its format is ${format}; this version reads ${SAVED_FORMAT}`);
  const end = file.byteLength - CHECKSUM_BYTES;
  const checksum = createHash("sha256").update(file.subarray(0, end)).digest();
  if (!checksum.equals(file.subarray(end))) throw new UnusableFile("it is damaged or truncated");
}

function readPayloads(file: Buffer, start: number, count: number): Payload[] {
  const payloads: Payload[] = [];
  let at = start;
  while (payloads.length < count) {
    const kind = file.readUInt8(at);
    const from = at + PAYLOAD_HEADER_BYTES;
    at = from + file.readUInt32LE(at + 1);
    if (kind === ASCII) payloads.push(file.toString("latin1", from, at));
    else if (kind === UTF8) payloads.push(file.toString("utf8", from, at));
    // A copy, because a view would keep the whole file in memory.
    else payloads.push(Uint8Array.prototype.slice.call(file, from, at));
  }
  return payloads;
}

/** The node in a file, which may be of any content. Throws UnusableFile unless every byte is as encodeNode() wrote it. */
export function decodeNode(file: Buffer): SavedNode {
  check(file);
  const jsonEnd = HEADER_BYTES + file.readUInt32LE(12);
  // The checksum proves that encodeNode() wrote it, so its shape needs no check.
  const { payloadCount, shared, ...node }: Contents = JSON.parse(file.toString("utf8", HEADER_BYTES, jsonEnd));
  const payloads = readPayloads(file, jsonEnd, payloadCount);
  const frames: SavedFrame[] = [...payloads];
  for (const index of shared) frames[index] = { payload: payloads[index] ?? "" };
  const pick = <Frame>(from: readonly Frame[], indexes: readonly number[]): Frame[] =>
    indexes.flatMap((index) => from[index] ?? []);
  const sessions = node.sessions.map(({ latest, ...session }) => ({
    ...session,
    log: { ...session.log, frames: pick(frames, session.log.frames) },
    queue: pick(payloads, session.queue),
    ...(latest && { latest: latest.map(([key, payload]) => [key, payloads[payload] ?? ""] as const) }),
  }));
  return { ...node, sessions };
}

/** Sessions as they travel between nodes: the file without the disk. */
export const sessionCodec: SessionCodec = {
  format: SAVED_FORMAT,
  encode(node) {
    const chunks: Uint8Array[] = [];
    encodeNode(node, (bytes) => chunks.push(Uint8Array.from(bytes)));
    return Buffer.concat(chunks);
  },
  decode: (bytes) => decodeNode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
};
