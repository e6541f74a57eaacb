/** Opcodes of RFC 6455, section 11.8. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as bytes; every bit can be set wrong on purpose. */
export interface FrameBits {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Clients have to mask. */
  readonly masked?: boolean;
  /** Bits of the length field; the shortest that fits unless told otherwise. */
  readonly lengthBits?: 7 | 16 | 64;
  /** What the length field says, when that is not the payload's length. */
  readonly claimedLength?: number | bigint;
}

export interface WireFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly reserved: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export const bytesOf = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === "string" ? Buffer.from(payload) : payload;

function lengthField(bits: 7 | 16 | 64, claimed: number | bigint): Buffer {
  if (bits === 7) return Buffer.from([Number(claimed)]);
  const field = Buffer.alloc(bits === 16 ? 3 : 9);
  field[0] = bits === 16 ? 126 : 127;
  if (bits === 16) field.writeUInt16BE(Number(claimed), 1);
  else field.writeBigUInt64BE(BigInt(claimed), 1);
  return field;
}

/** One frame as a client would send it. */
export function frame(bits: FrameBits): Buffer {
  const { opcode, fin = true, reserved = 0, masked = true } = bits;
  const payload = Buffer.from(bytesOf(bits.payload ?? ""));
  const { length } = payload;
  const lengthBits = bits.lengthBits ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  const field = lengthField(lengthBits, bits.claimedLength ?? length);
  field[0] = (field[0] ?? 0) | (masked ? 0x80 : 0);
  if (masked) for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (MASK[i % 4] ?? 0);
  const first = Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode]);
  return Buffer.concat([first, field, masked ? MASK : Buffer.alloc(0), payload]);
}

export const text = (payload: string | Uint8Array, fin = true): Buffer => frame({ opcode: opcodes.text, payload, fin });

export const continuation = (payload: string | Uint8Array, fin: boolean): Buffer =>
  frame({ opcode: opcodes.continuation, payload, fin });

export const ping = (payload: string | Uint8Array = ""): Buffer => frame({ opcode: opcodes.ping, payload });

/** A close frame's payload: two bytes of code, then the reason. */
export function closePayload(code: number, reason: string | Uint8Array = ""): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), bytesOf(reason)]);
  payload.writeUInt16BE(code);
  return payload;
}

export const close = (code: number, reason: string | Uint8Array = ""): Buffer =>
  frame({ opcode: opcodes.close, payload: closePayload(code, reason) });

/** The frame at the start of the bytes and how many of them it takes, once it is complete. */
export function readFrame(bytes: Buffer): { readonly frame: WireFrame; readonly size: number } | undefined {
  const first = bytes[0];
  const second = bytes[1];
  if (first === undefined || second === undefined) return undefined;
  let length = second & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  // A server never masks; a frame that claims to be masked is read without its mask, so that the test can reject it.
  const masked = (second & 0x80) !== 0;
  if (masked) start += 4;
  const size = start + length;
  if (bytes.length < size) return undefined;
  const payload = Buffer.from(bytes.subarray(start, size));
  return {
    frame: { opcode: first & 0x0f, fin: (first & 0x80) !== 0, reserved: (first >> 4) & 7, masked, payload },
    size,
  };
}
