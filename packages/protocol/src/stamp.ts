import { isStampKey } from "./keys.ts";

/** What replaces the last brace of a delivered message (PROTOCOL.md S1); made once per login. */
export const stampOf = (id: number, name: string): string => `,"sID":${id},"FROM":${JSON.stringify(name)}}`;

/** The sender's own text with the stamp before its last brace; nothing else of it changes (PROTOCOL.md S1, S2). */
export function stamped(text: string, stamp: string): string {
  const brace = text.lastIndexOf("}");
  const message = text.slice(0, brace) + stamp;
  // Texts rarely continue after the last brace, and each additional string costs time when the message is sent.
  return brace === text.length - 1 ? message : message + text.slice(brace + 1);
}

/** The same without a leading `{"$ref":n,` of that length (Achex2Frame.refPrefixLength). */
export function stampedWithoutRef(text: string, refPrefixLength: number, stamp: string): string {
  const brace = text.lastIndexOf("}");
  return `{${text.slice(refPrefixLength, brace)}${stamp}${text.slice(brace + 1)}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Index after the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
  return i + 1;
}

/** The key whose string starts at `start`, however it is spelt. */
function keyAt(text: string, start: number): string {
  const end = endOfString(text, start);
  const plain = text.slice(start + 1, end - 1);
  return plain.includes("\\") ? String(JSON.parse(text.slice(start, end))) : plain;
}

/** Index of the comma or brace that ends the member which starts at `start`. */
function endOfMember(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) i = endOfString(text, i) - 1;
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if (unit === 0x7d || unit === 0x5d) {
      if (depth-- === 0) return i;
    } else if (unit === COMMA && depth === 0) return i;
  }
  return text.length;
}

/**
 * The text of a JSON object without the top-level members whose key is unwanted, however the key is spelt and however often
 * it occurs; the rest stays byte for byte. The text must be one that JSON.parse reads as an object.
 */
export function withoutMembers(text: string, isUnwanted: (key: string) => boolean): string {
  const open = text.indexOf("{");
  const kept: string[] = [];
  let end = open;
  do {
    const start = end + 1;
    end = endOfMember(text, start);
    const key = text.indexOf('"', start);
    if (key === -1 || key >= end) break;
    if (!isUnwanted(keyAt(text, key))) kept.push(text.slice(start, end));
  } while (text.charCodeAt(end) === COMMA);
  return `${text.slice(0, open + 1)}${kept.join(",")}${text.slice(end)}`;
}

/** The text without a stamp forged by the sender (PROTOCOL.md S3). */
export const withoutStamp = (text: string): string => withoutMembers(text, isStampKey);
