import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

// crypto.subtle is missing in pages that were loaded by plain HTTP from another machine, which is how a phone opens a relay at home.

/** SHA-256 of texts. A separator that no text contains keeps ("ab", "c") and ("a", "bc") apart. */
export const digest = (...texts: readonly (string | number)[]): Uint8Array => sha256(utf8ToBytes(texts.join("\u0000")));

export const digestHex = (...texts: readonly (string | number)[]): string => bytesToHex(digest(...texts));

/** JSON with sorted keys: equal values have equal texts, in whatever order their keys were written. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`);
  return `{${pairs.join(",")}}`;
}

/** 16 hexadecimal digits that two peers have in common only if their whole states are equal. */
export const stateHash = (state: object): string => digestHex("state", canonical(state)).slice(0, 16);
