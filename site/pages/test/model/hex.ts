const PAIR = /^(?:[0-9a-f]{2})*$/;

const pairOf = (byte: number): string => byte.toString(16).padStart(2, "0");

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, pairOf).join("");

/** Parses hex digits; ignores white space, commas, colons and `0x`. undefined if anything else is found. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.toLowerCase().replace(/0x|[\s,:]/g, "");
  if (!PAIR.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}

const WIDTH = 16;

const visible = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·");

/** A hex dump: offset, bytes in hex and as ASCII, 16 per line. */
export function hexLines(bytes: Uint8Array, most = 4096): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, most); at += WIDTH) {
    const part = bytes.subarray(at, Math.min(at + WIDTH, most));
    const pairs = Array.from(part, pairOf).join(" ");
    const text = Array.from(part, visible).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${pairs.padEnd(WIDTH * 3 - 1)}  ${text}`);
  }
  if (bytes.length > most) lines.push(`… ${bytes.length - most} more bytes`);
  return lines.join("\n");
}
