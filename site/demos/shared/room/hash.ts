import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 as 64 hexadecimal digits. Not crypto.subtle, which a page lacks when it was not loaded over HTTPS, as in a home network. */
export const hashOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** A short hash, for values that are compared and not kept: 64 bits. */
export const shortHash = (text: string): string => hashOf(text).slice(0, 16);
