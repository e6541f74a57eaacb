import {
  type Achex2Frame,
  type Dialect,
  type DropReason,
  defaultParseLimits,
  dropReasons,
  type FaultCode,
  faults,
  type ParseLimits,
  parse,
  parseAchex2,
  parseBinary,
  utf8Length,
} from "@achex/protocol";
import { dollarHint, forges, jsonHint, verbHint } from "./hints.ts";
import { MASK } from "./secrets.ts";
import { sentenceOf } from "./sentences.ts";
import { sizeText } from "./sizes.ts";

export interface Explanation {
  /** good: it will be acted on; warn: it will, but not as one may think; bad: dropped, refused or the end of the connection. */
  readonly tone: "good" | "warn" | "bad";
  /** Where it goes, or why it does not. */
  readonly headline: string;
  /** What comes of it, or how to mend it. */
  readonly detail: string;
  /** The reason or fault it is counted or answered as. */
  readonly code?: DropReason | FaultCode;
}

/** What is known of the session that would send. */
export interface Standing {
  readonly dialect: Dialect;
  readonly loggedIn: boolean;
  /** Limits the server told (PROTOCOL.md R5); the defaults where it has not. */
  readonly frameBytes?: number;
  readonly parse?: ParseLimits;
}

/** PROTOCOL.md L4. */
const DEFAULT_FRAME_BYTES = 1024 ** 2;

const own = (dialect: Dialect): boolean => dialect === "achex.2";

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const isDropReason = (code: DropReason | FaultCode): code is DropReason => Object.hasOwn(dropReasons, code);
const isFault = (code: DropReason | FaultCode): code is FaultCode => Object.hasOwn(faults, code);

/** How to mend what the parser would not take: by the text itself where it shows the mistake, else by the table. */
function remedyOf(code: DropReason | FaultCode, text: string): string {
  if (code === "not-json") return jsonHint(text);
  if (code === "no-verb") return verbHint(text);
  if (code === "unknown-key") return dollarHint(text);
  if (isFault(code)) return faults[code].remedy;
  return code === "binary" ? "Send text, or connect with the dialect achex.2." : "See the rules of bad frames.";
}

function fails(code: DropReason | FaultCode, text: string, dialect: Dialect): Explanation {
  const detail = remedyOf(code, text);
  if (isFault(code) && (own(dialect) || !isDropReason(code)))
    return { tone: "bad", headline: `Refused: ${faults[code].message}`, detail, code };
  const why = isDropReason(code) ? capital(dropReasons[code]) : code;
  return { tone: "bad", headline: `Dropped: ${why}`, detail, code };
}

function tooLarge(size: number, limit: number): Explanation | undefined {
  if (limit === 0 || size <= limit) return undefined;
  const headline = `${sizeText(size)}: the server would close the connection with 1009.`;
  return { tone: "bad", headline, detail: `A frame has at most ${limit} bytes here (rule L4). Send it in parts.` };
}

/** What needs no login (PROTOCOL.md K10, C14, R16). */
const FREE: readonly string[] = ["login", "latency", "echo", "time", "leave", "unregister"];

/** A frame the parser takes. */
function follows(
  frame: Pick<Achex2Frame, "request" | "call">,
  text: string,
  { dialect, loggedIn }: Standing,
): Explanation {
  const { request, call } = frame;
  switch (request.verb) {
    case "refused":
      return fails(request.code, text, dialect);
    case "drop":
      return fails(request.reason, text, dialect);
    case "unjoinable":
      if (own(dialect)) return fails(request.reason, text, dialect);
      return {
        tone: "bad",
        headline: 'Refused with {"joinHub":"FAILED"}.',
        detail: capital(dropReasons[request.reason]),
        code: request.reason,
      };
    case "unnameable":
      return {
        tone: "bad",
        headline: "The login will be refused.",
        detail: capital(faults["bad-name"].reason),
        code: "bad-name",
      };
  }
  const { headline, detail } = sentenceOf(request, dialect, call);
  if (!loggedIn && !FREE.includes(request.verb)) {
    const end = own(dialect) ? "be refused" : request.verb === "join" ? "fail" : "be dropped in silence";
    return { tone: "warn", headline, detail: `Log in first: until then it will ${end}.`, code: "not-logged-in" };
  }
  if (request.verb === "login" && text.includes(MASK)) {
    const mend = `${MASK} stands where the password was: passwords are not kept. Write it again.`;
    return { tone: "warn", headline, detail: mend };
  }
  if (request.verb === "send" && forges(text)) {
    return {
      tone: "warn",
      headline,
      detail: "Your own sID and FROM are taken out and replaced: only the server stamps (rule S3).",
    };
  }
  return { tone: "good", headline, detail };
}

/** What will happen to a text frame, by the parser the server itself uses; never throws. */
export function explain(text: string, standing: Standing): Explanation {
  const { dialect, frameBytes = DEFAULT_FRAME_BYTES, parse: limits = defaultParseLimits } = standing;
  const large = tooLarge(utf8Length(text), frameBytes);
  if (large) return large;
  return follows(
    own(dialect) ? parseAchex2(text, limits) : { request: parse(text, limits), call: undefined },
    text,
    standing,
  );
}

/** The same for a binary frame. */
export function explainBinary(bytes: Uint8Array, standing: Standing): Explanation {
  const { dialect, frameBytes = DEFAULT_FRAME_BYTES, parse: limits = defaultParseLimits } = standing;
  const large = tooLarge(bytes.length, frameBytes);
  if (large) return large;
  if (!own(dialect)) return fails("binary", "", dialect);
  const { frame, body } = parseBinary(bytes, limits);
  const told = follows(frame, "{}", standing);
  return told.tone === "good"
    ? { ...told, detail: `${sizeText(body.length)} behind the header. Sessions of old dialects do not get it.` }
    : told;
}
