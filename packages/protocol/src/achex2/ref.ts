import { isCount } from "./values.ts";

const START = '{"$ref":';
const COMMA = 0x2c;
const ZERO = 0x30;
/** More digits may not fit a number exactly. */
const MOST_DIGITS = 15;

/** Index of the comma behind a `$ref` that opens the text the way JSON.stringify writes it; -1 when none does. */
export function endOfRef(text: string): number {
  if (!text.startsWith(START)) return -1;
  const start = START.length;
  let at = start;
  while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= 0x39) at++;
  const digits = at - start;
  if (digits === 0 || digits > MOST_DIGITS || text.charCodeAt(at) !== COMMA) return -1;
  return digits > 1 && text.charCodeAt(start) === ZERO ? -1 : at;
}

/** The number in a text whose endOfRef is `comma`. */
export const refIn = (text: string, comma: number): number => Number(text.slice(START.length, comma));

/** The `$ref` of a frame that is refused unread or cannot be read, if the text begins with it (PROTOCOL.md R6). */
export function refOf(text: string): number | undefined {
  const match = /^\s{0,8}\{\s{0,8}"\$ref"\s{0,8}:\s{0,8}(0|[1-9]\d{0,15})\s{0,8}[,}]/.exec(text);
  const ref = match ? Number(match[1]) : undefined;
  return isCount(ref) ? ref : undefined;
}
