import { gcm } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { type Signed, signedSchema } from "./authorship.ts";
import { fromBase64Url, randomBytes, toBase64Url } from "./base64url.ts";

/** Characters of a ciphertext in a text frame; images are bytes. */
const CIPHER_LENGTH = 90_000;
const KEY_LENGTH = 32;
const LINE = 10;

/** The clear part of an encrypted message. `c`, the ciphertext, is missing if it is the bytes of a binary message. */
export const sealedSchema = v.object({
  e: v.literal(1),
  /** Salt of the passphrase, 16 bytes; missing if the key is in the link. */
  p: v.optional(v.pipe(v.string(), v.length(22))),
  /** Salt of the sender's session, 16 bytes. */
  k: v.pipe(v.string(), v.length(22)),
  /** Number of the message in that session, which is the nonce. */
  n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER)),
  c: v.optional(v.pipe(v.string(), v.maxLength(CIPHER_LENGTH))),
});
export type Sealed = v.InferOutput<typeof sealedSchema>;

export interface Opened {
  readonly signed: Signed;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** What a key encrypts, apart from its content: in which conversation, and by whom as the relay says. In another place it does not open. */
const associated = (place: string, from: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(utf8ToBytes(`achex chat 1\n${place}\n${from}`));

function nonceOf(number: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(number));
  return nonce;
}

const derive = (secret: Uint8Array, salt: Uint8Array | undefined, use: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hkdf(sha256, secret, salt, utf8ToBytes(`achex chat 1 ${use}`), KEY_LENGTH));

/** AES-256-GCM by the browser, and by a library on pages of plain HTTP, where browsers lack it. */
async function encrypt(
  key: Uint8Array<ArrayBuffer>,
  iv: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
  additionalData: Uint8Array<ArrayBuffer>,
) {
  const { subtle } = crypto;
  if (subtle === undefined) return Uint8Array.from(gcm(key, iv, additionalData).encrypt(data));
  const imported = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, imported, data));
}

async function decrypt(
  key: Uint8Array<ArrayBuffer>,
  iv: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
  additionalData: Uint8Array<ArrayBuffer>,
) {
  const { subtle } = crypto;
  try {
    if (subtle === undefined) return Uint8Array.from(gcm(key, iv, additionalData).decrypt(data));
    const imported = await subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, imported, data));
  } catch {
    return undefined;
  }
}

function pack({ t, a, s }: Signed, bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  const head = utf8ToBytes(JSON.stringify({ t, a, s }));
  const packed = new Uint8Array(head.length + 1 + (bytes?.length ?? 0));
  packed.set(head);
  packed[head.length] = LINE;
  if (bytes) packed.set(bytes, head.length + 1);
  return packed;
}

function unpack(packed: Uint8Array<ArrayBuffer>): Opened | undefined {
  // JSON has no line break of its own.
  const end = packed.indexOf(LINE);
  try {
    const { success, output } = v.safeParse(
      signedSchema,
      JSON.parse(new TextDecoder().decode(packed.subarray(0, end))),
    );
    return success ? { signed: output, bytes: end + 1 < packed.length ? packed.slice(end + 1) : undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** The key of one conversation. Each page that is opened encrypts with a key of its own, derived from it, and counts its nonces. */
export class Seal {
  /** Salt of the passphrase that the key comes from. */
  readonly salt: string | undefined;
  /** 42 bits that show whether two people have the same key. */
  readonly check: Uint8Array;
  /** Something was decrypted with it, so others have it too. */
  hasOpened = false;
  readonly #secret: Uint8Array;
  readonly #place: string;
  readonly #session = toBase64Url(randomBytes(16));
  readonly #keys = new Map<string, Uint8Array<ArrayBuffer>>();
  #count = 0;

  constructor(secret: Uint8Array, place: string, salt?: string) {
    this.#secret = secret;
    this.#place = place;
    this.salt = salt;
    this.check = derive(secret, undefined, `check ${place}`);
  }

  async seal(
    signed: Signed,
    bytes: Uint8Array | undefined,
    from: string,
  ): Promise<{ readonly data: Sealed; readonly bytes?: Uint8Array<ArrayBuffer> }> {
    const number = ++this.#count;
    const cipher = await encrypt(
      this.#keyOf(this.#session),
      nonceOf(number),
      pack(signed, bytes),
      associated(this.#place, from),
    );
    const data: Sealed = { e: 1, ...(this.salt !== undefined && { p: this.salt }), k: this.#session, n: number };
    return bytes ? { data, bytes: cipher } : { data: { ...data, c: toBase64Url(cipher) } };
  }

  /** Undefined if it was encrypted with another key, for another place, by somebody else, or was changed. */
  async open({ k, n, c }: Sealed, bytes: Uint8Array | undefined, from: string): Promise<Opened | undefined> {
    const cipher = c === undefined ? bytes && Uint8Array.from(bytes) : fromBase64Url(c);
    const packed = cipher && (await decrypt(this.#keyOf(k), nonceOf(n), cipher, associated(this.#place, from)));
    this.hasOpened ||= packed !== undefined;
    return packed && unpack(packed);
  }

  #keyOf(session: string): Uint8Array<ArrayBuffer> {
    const known = this.#keys.get(session);
    if (known) return known;
    const key = derive(this.#secret, fromBase64Url(session), "session");
    // A flood of invented sessions costs time, not memory.
    if (this.#keys.size >= 1_000) this.#keys.clear();
    this.#keys.set(session, key);
    return key;
  }
}
