import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, bytesOf, concat, hexOf } from "./bytes.ts";
import { type Emoji, emojiFrom } from "./emoji.ts";

/** Bytes of a public key, and of most secrets. */
export const KEY = 32;

export interface KeyPair {
  readonly secret: Bytes;
  readonly open: Bytes;
}

export function newKeyPair(): KeyPair {
  const { secretKey, publicKey } = x25519.keygen();
  return { secret: Uint8Array.from(secretKey), open: Uint8Array.from(publicKey) };
}

/** What the initiator shows before it sees the other key, so that neither side can choose a key that gives certain emoji. */
export const commitmentTo = (open: Bytes): Bytes =>
  Uint8Array.from(sha256(concat(bytesOf("achex files commit"), open)));

/** The public name of a secret in one room: it says whether two clients share it, and nothing about it. */
export const secretId = (secret: Bytes, room: string): string =>
  hexOf(hmac(sha256, secret, bytesOf(`achex files secret ${room}`))).slice(0, 16);

/** What two clients share after their handshake. */
export interface SharedKeys {
  /** For messages and for the keys of runs, from the initiator and from the other side. */
  readonly fromInitiator: Bytes;
  readonly fromResponder: Bytes;
  /** What each side shows the other to prove that it has the same keys. */
  readonly proofOfInitiator: Bytes;
  readonly proofOfResponder: Bytes;
  /** For later handshakes of the same two clients. */
  readonly remembered: Bytes;
  readonly emoji: readonly Emoji[];
}

export interface Handshake {
  readonly own: KeyPair;
  readonly other: Bytes;
  readonly isInitiator: boolean;
  readonly room: string;
  /** A secret that both sides had before; empty if none. */
  readonly secret: Bytes;
}

/** Throws if the other key is not a usable one. */
export function deriveKeys({ own, other, isInitiator, room, secret }: Handshake): SharedKeys {
  const both = isInitiator ? concat(own.open, other) : concat(other, own.open);
  const salt = sha256(concat(bytesOf(`achex files 1 ${room} `), both));
  // Throws for the points of low order, with which every secret would give the same key.
  const shared = x25519.getSharedSecret(own.secret, other);
  const master = concat(Uint8Array.from(shared), secret);
  const derive = (label: string): Bytes => Uint8Array.from(hkdf(sha256, master, salt, bytesOf(label), KEY));
  return {
    fromInitiator: derive("from initiator"),
    fromResponder: derive("from responder"),
    proofOfInitiator: derive("proof of initiator"),
    proofOfResponder: derive("proof of responder"),
    remembered: derive("remembered"),
    emoji: emojiFrom(derive("emoji")),
  };
}

/** The key of one run. */
export const runKey = (key: Bytes, salt: Bytes): Bytes => Uint8Array.from(hkdf(sha256, key, salt, bytesOf("run"), KEY));
/** The key of the messages of one direction. */
export const messageKey = (key: Bytes): Bytes =>
  Uint8Array.from(hkdf(sha256, key, new Uint8Array(), bytesOf("messages"), KEY));

/** Identifies a list of files: a transfer that was interrupted goes on when the same files are offered again. */
export const listKey = (
  files: readonly { readonly path: string; readonly size: number; readonly modified: number }[],
): string =>
  hexOf(sha256(bytesOf(JSON.stringify(files.map(({ path, size, modified }) => [path, size, modified]))))).slice(0, 32);

/** Who the other side is, as long as both remember the secret. */
export const peerKeyOf = (remembered: Bytes): string => secretId(remembered, "peer");
