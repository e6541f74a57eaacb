import { printable } from "@achex/server/printable";

const INDENT = "  ";
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
  return at + 1;
}

/**
 * Puts each member on its own line. Every token stays as it was written: JSON.parse would round large numbers and
 * drop duplicate keys, which are what people look for here.
 */
function indentJson(json: string): string {
  let text = "";
  let depth = 0;
  const line = () => `\n${INDENT.repeat(Math.min(depth, 64))}`;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isSpace(unit)) continue;
    const sign = json.charAt(at);
    if (unit === QUOTE) {
      const end = endOfString(json, at);
      text += json.slice(at, end);
      at = end - 1;
    } else if (sign === "{" || sign === "[") {
      const closing = /^[{[]\s*[}\]]/.exec(json.slice(at, at + 16))?.[0];
      if (closing !== undefined) {
        text += sign + closing.slice(-1);
        at += closing.length - 1;
      } else {
        depth++;
        text += sign + line();
      }
    } else if (sign === "}" || sign === "]") {
      depth--;
      text += line() + sign;
    } else if (sign === ",") text += sign + line();
    else text += sign === ":" ? ": " : sign;
  }
  return text;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The stamp, and the position that follows it in kept channels (PROTOCOL.md S1, R140). */
const STAMP = /,"sID":(\d+),"FROM":("(?:[^"\\]|\\.)*")(?:,"\$seq":\d+)?\}$/;

/** Index where the stamp of a received message begins, or the length of the text if there is no stamp (PROTOCOL.md S1). */
export function stampStart(text: string): number {
  // A stamp is short: searching only the end avoids scanning a frame of a megabyte.
  const from = Math.max(0, text.length - 1024);
  const match = STAMP.exec(text.slice(from));
  return match ? from + match.index : text.length;
}

/** A piece of displayed text; never HTML. */
export interface TextSpan {
  readonly text: string;
  readonly kind: "plain" | "key" | "stamp";
}

const KEY = /("(?:[^"\\]|\\.)*")(\s*:)/g;

function highlightKeys(text: string): TextSpan[] {
  const parts: TextSpan[] = [];
  let from = 0;
  for (const match of text.matchAll(KEY)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), kind: "plain" });
    parts.push({ text: match[1] ?? "", kind: "key" });
    from = match.index + (match[1]?.length ?? 0);
  }
  if (from < text.length) parts.push({ text: text.slice(from), kind: "plain" });
  return parts;
}

const shownLine = (text: string): string => printable(text.replace(/\t/g, INDENT));
/** Keeps line breaks; everything else that could move or reorder the text is escaped. */
const shownLines = (text: string): string => text.split("\n").map(shownLine).join("\n");

/** A frame on one line, truncated beyond what a row can show. `stamped` means that it came from the server. */
export function rowSpans(text: string, stamped: boolean, most = 300): readonly TextSpan[] {
  const start = stamped ? stampStart(text) : text.length;
  const body = text.slice(0, Math.min(start, most));
  const cut: TextSpan[] = start > most ? [{ text: "…", kind: "plain" }] : [];
  const stamp: TextSpan[] = start < text.length ? [{ text: shownLine(text.slice(start)), kind: "stamp" }] : [];
  return [...highlightKeys(shownLine(body)), ...cut, ...stamp];
}

/** A whole frame, up to `most` characters: formatted if it is JSON and `pretty` is set, otherwise as received. */
export function frameSpans(text: string, stamped: boolean, pretty: boolean, most = 100_000): readonly TextSpan[] {
  if (text.length > most) {
    const rest = `\n… ${text.length - most} more characters; copy has them all`;
    return [
      { text: shownLines(text.slice(0, most)), kind: "plain" },
      { text: rest, kind: "stamp" },
    ];
  }
  const start = stamped ? stampStart(text) : text.length;
  const wanted = pretty && isJson(text);
  const stamp = text.slice(start);
  if (!wanted)
    return [
      ...highlightKeys(shownLines(text.slice(0, start))),
      ...(stamp === "" ? [] : [{ text: shownLines(stamp), kind: "stamp" as const }]),
    ];
  if (stamp === "") return highlightKeys(shownLines(indentJson(text)));
  const body = indentJson(`${text.slice(0, start)}}`).replace(/\n\}$/, "");
  const tail = indentJson(`{"":0${stamp}`).replace(/^\{\s*"": 0/, "");
  return [...highlightKeys(shownLines(body)), { text: shownLines(tail), kind: "stamp" }];
}
