import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { fromBase64Url, toBase64Url } from "./base64url.ts";

/** Characters of a signed text: a message of the longest kind, all of it escaped. */
const SIGNED_LENGTH = 60_000;

/** A text and the proof of who wrote it: what a message is on the wire, or inside its encryption. */
export const signedSchema = v.object({
  /** The note as JSON; these very characters are signed, so that no two programs must agree on how to write JSON. */
  t: v.pipe(v.string(), v.maxLength(SIGNED_LENGTH)),
  /** The author: an Ed25519 public key. */
  a: v.pipe(v.string(), v.length(43)),
  s: v.pipe(v.string(), v.length(86)),
});
export type Signed = v.InferOutput<typeof signedSchema>;

/** The place is signed too, or a message could be repeated in another conversation. */
const signedBytes = (place: string, text: string): Uint8Array => utf8ToBytes(`achex chat 1\n${place}\n${text}`);

/**
 * Who writes: an Ed25519 key that never leaves the browser. The relay stamps a login name on each message, but on an open relay anyone
 * may log in under any name, and a name outlives no session; so each message, edit, deletion and reaction is signed, and each page verifies it.
 */
export class Author {
  /** The public key, which is the author for everybody else. */
  readonly id: string;
  readonly #secret: Uint8Array;

  /** `secret`: 32 bytes. */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.id = toBase64Url(ed25519.getPublicKey(secret));
  }

  sign(place: string, text: string): Signed {
    return { t: text, a: this.id, s: toBase64Url(ed25519.sign(signedBytes(place, text), this.#secret)) };
  }

  /** 32 bytes that only this author and that one can calculate. */
  sharedSecret(other: string): Uint8Array | undefined {
    const key = fromBase64Url(other, 32);
    if (!key) return undefined;
    try {
      return x25519.getSharedSecret(ed25519.utils.toMontgomerySecret(this.#secret), ed25519.utils.toMontgomery(key));
    } catch {
      return undefined;
    }
  }
}

export function isGenuine({ t, a, s }: Signed, place: string): boolean {
  const [key, signature] = [fromBase64Url(a, 32), fromBase64Url(s, 64)];
  if (!key || !signature) return false;
  try {
    return ed25519.verify(signature, signedBytes(place, t), key);
  } catch {
    return false;
  }
}

/** The conversation of two, the same for both. */
export const pairPlace = (one: string, other: string): string => `direct ${[one, other].toSorted().join(" ")}`;
