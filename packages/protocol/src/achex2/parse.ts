import { defaultParseLimits, type ParseLimits } from "../limits.ts";
import { type Fields, frameOf, isBareLatency, readObject } from "../parse.ts";
import { isStampKey, withoutMembers } from "../stamp.ts";
import type { Achex2Frame, Achex2Request } from "./frames.ts";
import { answerFrom, attributesFrom, callFrom, isCount, namesFrom, pageFrom } from "./values.ts";

type Draft = { -readonly [Key in keyof Achex2Frame]: Achex2Frame[Key] | undefined };

const DOLLAR = 0x24;
const FORWARDED = ["$call", "$answer"];

const isTaken = (key: string): boolean => key.charCodeAt(0) === DOLLAR && !FORWARDED.includes(key);
const isTakenOrStamp = (key: string): boolean => isTaken(key) || isStampKey(key);

/** Clients put `$ref` first, which makes taking it out a slice; anywhere else the text has to be walked through. */
const LEADING_REF = /^\{"\$ref":\d{1,16},/;

function forwardable(text: string, onlyRef: boolean, forged: boolean): string {
  const leading = onlyRef && !forged ? LEADING_REF.exec(text) : null;
  return leading ? `{${text.slice(leading[0].length)}` : withoutMembers(text, forged ? isTakenOrStamp : isTaken);
}

/** Reads one `$` key into the draft; false when its value is not what it should be. */
function readKey(draft: Draft, key: string, value: unknown, limits: ParseLimits): boolean {
  switch (key) {
    case "$ref":
      if (isCount(value)) draft.ref = value;
      return draft.ref !== undefined;
    case "$presence":
      if (typeof value === "boolean") draft.presence = value;
      return draft.presence !== undefined;
    case "$attributes":
      draft.attributes = attributesFrom(value);
      return true;
    case "$call":
      draft.call = callFrom(value);
      return draft.call !== undefined;
    case "$answer":
      draft.answer = answerFrom(value);
      return draft.answer !== undefined;
    default:
      draft.request = requestFrom(key, value, limits);
      return true;
  }
}

function requestFrom(key: string, value: unknown, limits: ParseLimits): Achex2Request {
  const refused: Achex2Request = { verb: "refused", code: "bad-value" };
  if (key === "$time") return { verb: "time" };
  if (key === "$members") return pageFrom(value, limits) ?? refused;
  if (key !== "$watch" && key !== "$unwatch") return { verb: "refused", code: "unknown-key" };
  const names = namesFrom(value, limits);
  return names ? { verb: key === "$watch" ? "watch" : "unwatch", names } : refused;
}

/** `$call` and `$answer` are for sessions that can be answered, the rest for hubs and broadcasts. */
function isMisplaced(
  { call, answer, presence, attributes }: Draft,
  request: Achex2Frame["request"],
  fields: Fields,
): boolean {
  if (
    call &&
    (request.verb !== "send" || (fields.to === undefined && fields.toS === undefined && fields.tos === undefined))
  )
    return true;
  if (
    answer &&
    (call || request.verb !== "send" || request.targets.length !== 1 || request.targets[0]?.kind !== "session")
  )
    return true;
  return (presence !== undefined || attributes !== undefined) && request.verb !== "join" && request.verb !== "register";
}

/** One text frame of achex.2 as what it asks for; never throws (PROTOCOL.md R4, R6). */
export function parseAchex2(text: string, limits: ParseLimits = defaultParseLimits): Achex2Frame {
  const draft: Draft = {
    ref: undefined,
    presence: undefined,
    attributes: undefined,
    call: undefined,
    answer: undefined,
    request: undefined,
  };
  const ended = (request: Achex2Frame["request"]): Achex2Frame => ({ ...draft, request });
  const refused = (code: Extract<Achex2Request, { verb: "refused" }>["code"]) => ended({ verb: "refused", code });
  const fields = readObject(text, limits);
  if (typeof fields === "string") {
    return fields === "not-json" && isBareLatency(text) ? ended({ verb: "latency" }) : refused(fields);
  }
  let taken = 0;
  let sound = true;
  for (const key in fields) {
    if (key.charCodeAt(0) !== DOLLAR) continue;
    if (!FORWARDED.includes(key)) taken++;
    if (!readKey(draft, key, fields[key], limits)) sound = false;
    if (key === "$attributes" && draft.attributes === undefined) return refused("bad-attributes");
  }
  if (!sound) return refused("bad-value");
  if (draft.request) return ended(draft.request);
  const forged = fields.sID !== undefined || fields.FROM !== undefined;
  const own = taken > 0 ? forwardable(text, taken === 1 && draft.ref !== undefined, forged) : text;
  // A stamp of the sender's own making is gone already when keys were taken out: frameOf would look for it again.
  const request = frameOf(own, taken > 0 && forged ? { ...fields, sID: undefined, FROM: undefined } : fields, limits);
  return isMisplaced(draft, request, fields) ? refused("bad-value") : ended(request);
}

/** The `$ref` of a frame that is refused unread, if it has one where clients put it. */
export function refOf(text: string): number | undefined {
  const match = /^\{"\$ref":(\d{1,16})[,}]/.exec(text);
  const ref = match ? Number(match[1]) : undefined;
  return isCount(ref) ? ref : undefined;
}
