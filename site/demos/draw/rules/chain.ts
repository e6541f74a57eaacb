import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Before the first operation of a log. */
export const ROOT = "0".repeat(32);

/** JSON with its keys in one order, so that all peers hash the same text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

/** SHA-256 as hex. The Web Crypto API is missing on pages of plain HTTP, such as a phone on the local network. */
export const sha256Hex = (data: string | Uint8Array): string =>
  bytesToHex(sha256(typeof data === "string" ? utf8ToBytes(data) : data));

/**
 * The hash of a log up to an operation: it covers everything before. A peer that knows one hash of a log from its author can check
 * all operations up to there, no matter who hands them over. 128 bits.
 */
export const link = (before: string, text: string): string => sha256Hex(before + text).slice(0, ROOT.length);
