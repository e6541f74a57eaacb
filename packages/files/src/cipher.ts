import { gcm } from "@noble/ciphers/aes.js";
import type { Bytes } from "./bytes.ts";

/** Bytes that sealing adds. */
export const TAG = 16;

/** AES-256-GCM with one key. A nonce (12 bytes) must never be used twice. */
export interface Cipher {
  seal(nonce: Bytes, plain: Bytes): Promise<Bytes>;
  /** Rejects if the bytes were not sealed with this key and nonce. */
  open(nonce: Bytes, sealed: Bytes): Promise<Bytes>;
}

/** Browsers have no `crypto.subtle` on pages of plain HTTP, such as those of a relay in one's own network. */
const slowCipher = (key: Bytes): Cipher => ({
  seal: async (nonce, plain) => Uint8Array.from(gcm(key, nonce).encrypt(plain)),
  open: async (nonce, sealed) => Uint8Array.from(gcm(key, nonce).decrypt(sealed)),
});

export async function createCipher(
  key: Bytes,
  subtle: SubtleCrypto | undefined = globalThis.crypto.subtle,
): Promise<Cipher> {
  if (!subtle) return slowCipher(key);
  const name = "AES-GCM";
  const imported = await subtle.importKey("raw", key, name, false, ["encrypt", "decrypt"]);
  return {
    seal: async (iv, plain) => new Uint8Array(await subtle.encrypt({ name, iv }, imported, plain)),
    open: async (iv, sealed) => new Uint8Array(await subtle.decrypt({ name, iv }, imported, sealed)),
  };
}
