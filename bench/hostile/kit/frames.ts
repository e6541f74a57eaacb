// RFC 6455 frames as raw bytes, because a WebSocket library refuses to send the invalid frames that attacks need.

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type Opcode = (typeof OPCODE)[keyof typeof OPCODE];

const FIN = 0x80;
const MASKED = 0x80;
/** The masking key is all zeros, which is valid and leaves the payload unchanged. */
const MASK_KEY_BYTES = 4;
const LONGEST_SHORT = 125;
const LONGEST_MEDIUM = 65_535;

/** A client's frame. `fin: false` starts or continues a fragmented message. */
export function clientFrame(opcode: Opcode, payload: string | Uint8Array = "", { fin = true } = {}): Buffer {
  const body = Buffer.from(payload);
  const { length } = body;
  const extra = length <= LONGEST_SHORT ? 0 : length <= LONGEST_MEDIUM ? 2 : 8;
  const head = Buffer.alloc(2 + extra + MASK_KEY_BYTES);
  head[0] = (fin ? FIN : 0) | opcode;
  head[1] = MASKED | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) head.writeUInt16BE(length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, body]);
}

export const textFrame = (text: string): Buffer => clientFrame(OPCODE.text, text);

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Size of the whole frame. */
  readonly bytes: number;
}

/** The server frame at `offset`; undefined if it is not complete yet. */
export function readFrame(data: Buffer, offset: number): ServerFrame | undefined {
  const left = data.length - offset;
  if (left < 2) return undefined;
  const short = data.readUInt8(offset + 1) & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (left < head) return undefined;
  const length =
    head === 2 ? short : head === 4 ? data.readUInt16BE(offset + 2) : Number(data.readBigUInt64BE(offset + 2));
  if (left < head + length) return undefined;
  const start = offset + head;
  return {
    opcode: data.readUInt8(offset) & 0x0f,
    payload: data.subarray(start, start + length),
    bytes: head + length,
  };
}
