/** Bytes of a text in UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** A name is 1 to `maxBytes` UTF-8 bytes without control characters (PROTOCOL.md N1); 0 lifts the upper bound. */
export function isName(text: string, maxBytes: number): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return false;
  }
  if (maxBytes === 0 || text.length * 3 <= maxBytes) return true;
  return text.length <= maxBytes && utf8Length(text) <= maxBytes;
}

/** A name is text. A whole number counts as its decimal text, because loosely typed clients send numbers (PROTOCOL.md N2). */
export function nameFrom(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return undefined;
}
