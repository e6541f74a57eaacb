import { tokenize } from "linkifyjs";

/** Change the direction of the text that follows, up to the end of the line: with them, `gpj.exe` looks like `exe.jpg`. */
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/gu;
/** Neither seen nor copied: controls except line breaks and tabs, and tags. Joiners stay, which many scripts and emoji need. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Co}\p{Cs}]|[\u00ad\u115f\u1160\u2060-\u2064\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;
/** Marks that pile up on one letter reach over other messages. Four are more than any language needs. */
const PILES = /(\p{M}{4})\p{M}+/gu;

/** A text as it may be shown. */
export const cleanText = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(OVERRIDES, "").replace(INVISIBLE, "").replace(PILES, "$1");

/** A part of a message. A link shows the address it leads to, and nothing else. */
export type Piece = { readonly text: string } | { readonly href: string };

/** The address of a link as the browser reads it, so that what is shown is where it leads: letters that look alike show as `xn--`. */
function addressFrom(text: string): string | undefined {
  try {
    const { protocol, username, password, href } = new URL(text);
    const isSafe = ["http:", "https:", "mailto:"].includes(protocol);
    // https://bank.example@evil.example leads to the second one.
    return isSafe && username === "" && password === "" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Words with a scheme, and bare names such as example.org, up to which they are looked at: to find links in a long word takes long. */
const LONG_LINK = 2_048;
const LONG_NAME = 100;

const mayBeLink = (word: string): boolean =>
  /[.@]/.test(word) && word.length <= (/^\W*(?:https?:\/\/|www\.)/i.test(word) ? LONG_LINK : LONG_NAME);

/** The text and the links of a message. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (written: string) => {
    const last = pieces.at(-1);
    if (last && "text" in last) pieces[pieces.length - 1] = { text: last.text + written };
    else pieces.push({ text: written });
  };
  for (const word of cleanText(text).split(/(\s+)/)) {
    if (word === "") continue;
    if (!mayBeLink(word)) {
      add(word);
      continue;
    }
    for (const token of tokenize(word)) {
      const href = token.isLink ? addressFrom(token.toHref("https")) : undefined;
      if (href !== undefined) pieces.push({ href });
      else add(token.toString());
    }
  }
  return pieces;
}

/** What a link shows. An address with letters from outside ASCII keeps them where they deceive nobody: behind the host. */
export function shownAddress(href: string): string {
  try {
    return href
      .replace(/^https:\/\//, "")
      .replace(/^([^/]*)(.*)$/, (_, host: string, path: string) => host + cleanText(decodeURI(path)));
  } catch {
    return href;
  }
}
