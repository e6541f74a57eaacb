import { addressKeyOf } from "../keys.ts";

// Both sides of a resumable session count the frames sent each way; a frame that only one side counts ends the session. So the
// closed lists of PROTOCOL.md R71 are here and nowhere else.

const SEEN_PREFIX = '{"$seen":';
const RESUME_PREFIX = '{"$resume":';
const HEARTBEAT = '{"$time":true}';
const DOLLAR = 0x24;
const F = 0x66;
/** Index of the first character of a key in a frame written without white space. */
const FIRST_KEY = 2;
/** Index of the `f` of `$ref`; the keys of uncounted frames have another letter there. */
const LETTER_OF_REF = 5;

/** Whether a client's frame is an acknowledgement, which the server reads on arrival (PROTOCOL.md R72). */
export const isSeen = (text: string): boolean => text.startsWith(SEEN_PREFIX);

/** Whether a client's frame is one that makes its session resumable or resumes one, well-formed or not (PROTOCOL.md R70, R73). */
export const isResume = (text: string): boolean => text.startsWith(RESUME_PREFIX);

/** Whether a client's frame is a heartbeat: uncounted, and answered at once (PROTOCOL.md R71). */
export const isHeartbeat = (text: string): boolean => text === HEARTBEAT;

/** Whether a frame from a client is counted (PROTOCOL.md R71). */
export function isCountedFromClient(frame: string | Uint8Array): boolean {
  // Nearly all frames are decided by one or two characters: most keys with a dollar sign are `$ref`.
  if (typeof frame !== "string" || frame.charCodeAt(FIRST_KEY) !== DOLLAR) return true;
  if (frame.charCodeAt(LETTER_OF_REF) === F) return true;
  return !isSeen(frame) && !isResume(frame) && !isHeartbeat(frame);
}

/** First keys of frames of the server itself that are not counted: what they say is said afresh after a resume. */
const uncountedKeys: ReadonlySet<string> = new Set([
  "$hello",
  "$resumable",
  "$resumed",
  "$seen",
  "$time",
  "$roster",
  "$joined",
  "$left",
  "$changed",
  "$count",
  "$away",
  "$back",
  "$online",
  "$offline",
  "$watched",
  "$report",
  "$state",
  "$room",
  "$host",
  "$cluster",
]);

/**
 * Whether a frame from the server is counted, given its parsed object or the header of a binary message (PROTOCOL.md R71). The
 * server itself decides it by the kind of the frame, where the frame is made.
 */
export function isCountedFromServer(frame: object): boolean {
  // A message may begin with any key (PROTOCOL.md R3).
  if (addressKeyOf(frame)) return !("$latest" in frame);
  for (const key in frame) return !uncountedKeys.has(key);
  return true;
}
