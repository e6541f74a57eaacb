/** Without vowels, so that no words appear, and without characters that look alike. */
export const CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ";
export const CODE_LENGTH = 5;

/** A random room code. 27^5 are 14 million, so a guess rarely finds a room. */
export function newCode(randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count))): string {
  let code = "";
  while (code.length < CODE_LENGTH) {
    // Bytes beyond the last multiple of 27 would make the first letters more likely.
    const usable = randomBytes(16).filter((byte) => byte < 256 - (256 % CODE_ALPHABET.length));
    for (const byte of usable) code += CODE_ALPHABET[byte % CODE_ALPHABET.length];
  }
  return code.slice(0, CODE_LENGTH);
}

/** The code in a text that somebody typed, in any case, with spaces or dashes; undefined if it cannot be one. */
export function codeFrom(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > 32) return undefined;
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  const isCode = code.length === CODE_LENGTH && [...code].every((sign) => CODE_ALPHABET.includes(sign));
  return isCode ? code : undefined;
}
