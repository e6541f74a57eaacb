import { type FaultCode, faultOf } from "../faults.ts";
import { isJsonObject } from "../json.ts";
import { isResume, isSeen } from "./counted.ts";
import type { ResumeRequest, SeenCounts } from "./frames.ts";
import type { Hello } from "./replies.ts";
import { isCount } from "./values.ts";

/** Length of a token: 32 random bytes as base64url. */
export const RESUME_TOKEN_LENGTH = 43;
/** Longest frame that is parsed on arrival, before any rate has been checked. All valid ones are shorter. */
const MAX_ARRIVAL_LENGTH = 256;

const isToken = (value: unknown): value is string => typeof value === "string" && /^[A-Za-z0-9_-]{43}$/.test(value);

const hasNoKeys = (rest: object): boolean => Object.keys(rest).length === 0;

/** The value of `$resume` (PROTOCOL.md R70, R73, R79), or the fault of a malformed one. */
export function resumeFrom(value: unknown): ResumeRequest | FaultCode {
  if (value === true) return { kind: "enable", reload: false };
  if (!isJsonObject(value)) return "bad-value";
  const { token, generation, received, reload, ...unknown } = value;
  if (!hasNoKeys(unknown) || (reload !== undefined && reload !== true)) return "bad-value";
  if (token === undefined && generation === undefined && received === undefined)
    return reload ? { kind: "enable", reload } : "bad-value";
  if (!isToken(token) || !isCount(generation) || received === undefined) return "bad-value";
  if (!isCount(received)) return "bad-count";
  return { kind: "resume", token, generation, received, reload: reload === true };
}

/** The value of `$seen` (PROTOCOL.md R72); undefined when it is malformed. */
export function seenFrom(value: unknown): SeenCounts | undefined {
  if (!isJsonObject(value)) return undefined;
  const { received, sent, ...unknown } = value;
  return isCount(received) && isCount(sent) && hasNoKeys(unknown) ? { received, sent } : undefined;
}

/** The only key's value in a short text; undefined when there is none. */
function onlyValue(text: string, key: "$resume" | "$seen"): unknown {
  if (text.length > MAX_ARRIVAL_LENGTH) return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    return isJsonObject(frame) && Object.keys(frame).length === 1 ? frame[key] : undefined;
  } catch {
    return undefined;
  }
}

/** The first frame of a connection; undefined when it is no `$resume`, and a fault code when that is malformed. Never throws. */
export const parseResume = (text: string): ResumeRequest | FaultCode | undefined =>
  isResume(text) ? resumeFrom(onlyValue(text, "$resume")) : undefined;

/** An acknowledgement; undefined when it is malformed. Never throws. */
export const parseSeen = (text: string): SeenCounts | undefined =>
  isSeen(text) ? seenFrom(onlyValue(text, "$seen")) : undefined;

/** The reply to `{"$resume":true}`; `window` in seconds (PROTOCOL.md R70). */
export const resumableFrame = (token: string, window: number): string =>
  JSON.stringify({ $resumable: { token, window } });

/** What the reply to a successful resume has besides the keys of `$hello` (PROTOCOL.md R73). */
export interface Resumed extends Hello {
  /** Name of the session. */
  readonly name: string;
  /** Counted frames the server has received from the client. */
  readonly received: number;
  /** Counted frames that follow before live ones. */
  readonly replay: number;
}

/** The first frame of a connection that has resumed a session (PROTOCOL.md R73). */
export const resumedFrame = (resumed: Resumed): string => JSON.stringify({ $resumed: resumed });

/** An acknowledgement (PROTOCOL.md R72). */
export const seenFrame = ({ received, sent }: SeenCounts): string =>
  `{"$seen":{"received":${received},"sent":${sent}}}`;

/** The fault of a resume that needs frames that are no longer held; `missing` is their number (PROTOCOL.md R73). */
export const resumeGapFrame = (missing: number): string =>
  JSON.stringify({ $fault: { ...faultOf("resume-gap"), missing } });

/** A member of a hub or broadcast whose connection dropped, or is live again (PROTOCOL.md R76). */
export interface AwayMember {
  readonly kind: "hub" | "broadcast";
  readonly channel: string;
  readonly name: string;
  readonly sid: number;
}

/** Tells followers of a channel's presence that a member is away, or back (PROTOCOL.md R76). */
export const awayFrame = (key: "$away" | "$back", { kind, channel, name, sid }: AwayMember): string =>
  JSON.stringify({ [key]: { [kind === "hub" ? "hub" : "bc"]: channel, name, sid } });

/** Which of the names a session watches are online (PROTOCOL.md R80). */
/** The node has lost the others of its cluster, or has them again (PROTOCOL.md R160). */
export const clusterFrame = (isAlone: boolean): string => JSON.stringify({ $cluster: { alone: isAlone } });

export const watchedFrame = (online: readonly string[]): string => JSON.stringify({ $watched: { online } });
