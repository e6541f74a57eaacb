const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Index after the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
  return i + 1;
}

/** The key whose string has these bounds, however it is spelt. */
function keyBetween(text: string, start: number, end: number): string {
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

/** One member of an object in its text. */
interface MemberText {
  readonly key: string;
  /** Where the member starts, after the brace or comma. */
  readonly start: number;
  /** Where its key ends. */
  readonly keyEnd: number;
  /** Where the comma or brace after it is. */
  readonly end: number;
}

/** Calls `visit` for each top-level member, in order; returns the index of the closing brace. The text must be an object in JSON. */
function visitMembers(text: string, visit: (member: MemberText) => void): number {
  let end = text.indexOf("{");
  do {
    const start = end + 1;
    end = endOfMember(text, start);
    const quote = text.indexOf('"', start);
    if (quote === -1 || quote >= end) break;
    const keyEnd = endOfString(text, quote);
    visit({ key: keyBetween(text, quote, keyEnd), start, keyEnd, end });
  } while (text.charCodeAt(end) === COMMA);
  return end;
}

/**
 * The text of a JSON object without the top-level members whose key is unwanted, however the key is spelt and however often
 * it occurs; the rest stays byte for byte. The text must be one that JSON.parse reads as an object.
 */
export function withoutMembers(text: string, isUnwanted: (key: string) => boolean): string {
  const kept: string[] = [];
  const end = visitMembers(text, ({ key, start, end: memberEnd }) => {
    if (!isUnwanted(key)) kept.push(text.slice(start, memberEnd));
  });
  return `${text.slice(0, text.indexOf("{") + 1)}${kept.join(",")}${text.slice(end)}`;
}

/**
 * The values of an object, each as it is written, without the white space around it. The last of several members with one key
 * counts, as in JSON.parse. The text must be one that JSON.parse reads as an object.
 */
export function memberTexts(text: string): Map<string, string> {
  const values = new Map<string, string>();
  visitMembers(text, ({ key, keyEnd, end }) => {
    values.set(key, text.slice(text.indexOf(":", keyEnd) + 1, end).trim());
  });
  return values;
}
