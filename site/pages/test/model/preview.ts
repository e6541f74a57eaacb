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
import { describeRequest } from "./describe.ts";
import { messageOf, remedyOf } from "./explanation.ts";
import { sizeText } from "./format.ts";
import { hasForgedStamp } from "./hints.ts";
import { MASK } from "./password-mask.ts";

export interface Preview {
  /** good: the server acts on it; warn: it does, but perhaps not as intended; bad: dropped, refused, or closes the connection. */
  readonly tone: "good" | "warn" | "bad";
  /** Where the frame goes, or why it goes nowhere. */
  readonly headline: string;
  /** What the server does with it, or how to fix it. */
  readonly detail: string;
  /** Drop reason or fault code. */
  readonly code?: DropReason | FaultCode;
}

export const BAD_HEX: Preview = {
  tone: "bad",
  headline: "Invalid hex.",
  detail: "Enter pairs of hex digits, such as 00 ff 7b.",
};

/** What is known about the session that sends. */
export interface SenderState {
  readonly dialect: Dialect;
  readonly loggedIn: boolean;
  /** Limits from the server's hello (PROTOCOL.md R5); defaults if omitted. */
  readonly frameBytes?: number;
  readonly parse?: ParseLimits;
  /** In achex.2, on an open connection: whether the session is resumable, and how many frames were sent (PROTOCOL.md R70). */
  readonly resumable?: boolean;
  readonly framesSent?: number;
}

/** PROTOCOL.md L4. */
const DEFAULT_FRAME_BYTES = 1024 ** 2;

const isAchex2 = (dialect: Dialect): boolean => dialect === "achex.2";

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function rejected(code: DropReason | FaultCode, text: string, dialect: Dialect): Preview {
  const word = isAchex2(dialect) || !Object.hasOwn(dropReasons, code) ? "Refused" : "Dropped";
  return { tone: "bad", headline: `${word}: ${messageOf(code)}`, detail: remedyOf(code, text), code };
}

function tooLarge(size: number, limit: number): Preview | undefined {
  if (limit === 0 || size <= limit) return undefined;
  const headline = `${sizeText(size)}: the server would close the connection with code 1009.`;
  return { tone: "bad", headline, detail: `The limit is ${limit} bytes per frame (rule L4). Send it in parts.` };
}

/** Requests allowed before login (PROTOCOL.md K10, C14, R16). */
const ALLOWED_BEFORE_LOGIN: readonly string[] = [
  "login",
  "latency",
  "echo",
  "time",
  "leave",
  "unregister",
  "resume",
  "seen",
];

/** Refused with `not-member` in achex.2, also before login (PROTOCOL.md R13, R24). */
const ASKS_FOR_MEMBERSHIP: readonly string[] = ["members", "leave", "unregister"];

/** The preview of a parsed frame. */
function previewFrame(
  frame: Pick<Achex2Frame, "request" | "call">,
  text: string,
  { dialect, loggedIn, resumable, framesSent = 0 }: SenderState,
): Preview {
  const { request, call } = frame;
  switch (request.verb) {
    case "resume":
      if (framesSent > 0) return rejected("resume-late", text, dialect);
      break;
    case "seen":
      if (resumable === false) return rejected("resume-off", text, dialect);
      break;
    case "refused":
      return rejected(request.code, text, dialect);
    case "drop":
      return rejected(request.reason, text, dialect);
    case "badJoin":
      if (isAchex2(dialect)) return rejected(request.reason, text, dialect);
      return {
        tone: "bad",
        headline: 'Refused with {"joinHub":"FAILED"}.',
        detail: capital(dropReasons[request.reason]),
        code: request.reason,
      };
    case "badLogin":
      return {
        tone: "bad",
        headline: "The server will refuse the login.",
        detail: capital(faults["bad-name"].reason),
        code: "bad-name",
      };
  }
  const { headline, detail } = describeRequest(request, dialect, call);
  if (!loggedIn && isAchex2(dialect) && ASKS_FOR_MEMBERSHIP.includes(request.verb))
    return { tone: "warn", headline, detail: "Join first: until then, it will be refused.", code: "not-member" };
  if (!loggedIn && !ALLOWED_BEFORE_LOGIN.includes(request.verb)) {
    const end = isAchex2(dialect) ? "be refused" : request.verb === "join" ? "fail" : "be silently dropped";
    return { tone: "warn", headline, detail: `Log in first: until then, it will ${end}.`, code: "not-logged-in" };
  }
  if (request.verb === "login" && text.includes(MASK)) {
    const fix = `${MASK} replaces the password, because passwords are not stored. Enter it again.`;
    return { tone: "warn", headline, detail: fix };
  }
  if (request.verb === "send" && hasForgedStamp(text)) {
    return {
      tone: "warn",
      headline,
      detail: "The server replaces your sID and FROM: only the server adds a stamp (rule S3).",
    };
  }
  return { tone: "good", headline, detail };
}

/** Predicts what the server does with a text frame, using the server's own parser. Never throws. */
export function previewText(text: string, senderState: SenderState): Preview {
  const { dialect, frameBytes = DEFAULT_FRAME_BYTES, parse: limits = defaultParseLimits } = senderState;
  const large = tooLarge(utf8Length(text), frameBytes);
  if (large) return large;
  return previewFrame(
    isAchex2(dialect) ? parseAchex2(text, limits) : { request: parse(text, limits), call: undefined },
    text,
    senderState,
  );
}

/** Predicts what the server does with a binary frame. Never throws. */
export function previewBinary(bytes: Uint8Array, senderState: SenderState): Preview {
  const { dialect, frameBytes = DEFAULT_FRAME_BYTES, parse: limits = defaultParseLimits } = senderState;
  const large = tooLarge(bytes.length, frameBytes);
  if (large) return large;
  if (!isAchex2(dialect)) return rejected("binary", "", dialect);
  const { frame, body } = parseBinary(bytes, limits);
  const told = previewFrame(frame, "{}", senderState);
  return told.tone === "good"
    ? { ...told, detail: `${sizeText(body.length)} after the header. Sessions in legacy dialects do not receive it.` }
    : told;
}
