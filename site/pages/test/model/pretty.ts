import { printable } from "@achex/server/printable";
import { stampStart } from "./reading.ts";

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
 * JSON with its members on lines of their own. Every token stays as it was written: JSON.parse would round large numbers and
 * lose doubled keys, which are what one looks for.
 */
function indented(json: string): string {
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

/** A piece of a frame as it is shown; never HTML. */
export interface Part {
  readonly text: string;
  readonly kind: "plain" | "key" | "stamp";
}

const KEY = /("(?:[^"\\]|\\.)*")(\s*:)/g;

function withKeys(text: string): Part[] {
  const parts: Part[] = [];
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
/** Line breaks stay, everything else that could move or turn the text is written as an escape. */
const shownLines = (text: string): string => text.split("\n").map(shownLine).join("\n");

/** A frame on one line, cut off where it would not be seen anyway. `stamped` is whether it came from the server. */
export function rowParts(text: string, stamped: boolean, most = 300): readonly Part[] {
  const start = stamped ? stampStart(text) : text.length;
  const body = text.slice(0, Math.min(start, most));
  const cut: Part[] = start > most ? [{ text: "…", kind: "plain" }] : [];
  const stamp: Part[] = start < text.length ? [{ text: shownLine(text.slice(start)), kind: "stamp" }] : [];
  return [...withKeys(shownLine(body)), ...cut, ...stamp];
}

/** A whole frame, up to `most` characters of it: pretty, where it is JSON, or as it came. */
export function frameParts(text: string, stamped: boolean, pretty: boolean, most = 100_000): readonly Part[] {
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
      ...withKeys(shownLines(text.slice(0, start))),
      ...(stamp === "" ? [] : [{ text: shownLines(stamp), kind: "stamp" as const }]),
    ];
  if (stamp === "") return withKeys(shownLines(indented(text)));
  const body = indented(`${text.slice(0, start)}}`).replace(/\n\}$/, "");
  const tail = indented(`{"":0${stamp}`).replace(/^\{\s*"": 0/, "");
  return [...withKeys(shownLines(body)), { text: shownLines(tail), kind: "stamp" }];
}
