import type { FaultCode } from "../faults.ts";
import { defaultParseLimits, type ParseLimits } from "../limits.ts";
import { frameOf, isBareLatency, parse, readObject } from "../parse.ts";
import { withoutMembers } from "../stamp.ts";
import type { Achex2Frame, Achex2Request } from "./frames.ts";
import { refOf } from "./ref.ts";
import { answerFrom, attributesFrom, callFrom, isCount, namesFrom, pageFrom } from "./values.ts";

type Draft = { -readonly [Key in keyof Achex2Frame]: Key extends "request" ? Request | undefined : Achex2Frame[Key] };
type Request = Achex2Frame["request"];

const DOLLAR = 0x24;
/** How JSON.stringify begins a frame whose first key is the reference. */
const START = '{"$ref":';

const isForwarded = (key: string): boolean => key === "$call" || key === "$answer";
const isTaken = (key: string): boolean => key.charCodeAt(0) === DOLLAR && !isForwarded(key);

const refused = (code: FaultCode): Request => ({ verb: "refused", code });

const frame = (ref: number | undefined, request: Request, cut = 0): Achex2Frame => ({
  ref,
  presence: undefined,
  attributes: undefined,
  call: undefined,
  answer: undefined,
  request,
  cut,
});

/** No key behind that place can begin with a dollar sign, however it is spelt. */
const hasNoDollar = (text: string, from: number): boolean =>
  text.indexOf("$", from) === -1 && (text.indexOf("\\", from) === -1 || text.indexOf("\\u0024", from) === -1);

/**
 * One text frame of achex.2 as what it asks for; never throws (PROTOCOL.md R4, R6). Most frames have no `$` key, or `$ref`
 * before all others and none besides: that one need not be looked for, and is cut off when the message is stamped.
 */
export function parseAchex2(text: string, limits: ParseLimits = defaultParseLimits): Achex2Frame {
  const leads = text.startsWith(START);
  if (!hasNoDollar(text, leads ? START.indexOf("$") + 1 : 0)) return parseKeys(text, limits);
  if (!leads) return frame(undefined, parse(text, limits));
  const fields = readObject(text, limits);
  if (typeof fields === "string") return frame(refOf(text), refused(fields));
  // A number has no comma in it, so the first one ends the reference.
  const comma = text.indexOf(",", START.length);
  const { $ref } = fields;
  if (!isCount($ref) || comma === -1) return parseKeys(text, limits);
  return frame($ref, frameOf(text, fields, limits), comma + 1);
}

/** The text of a frame's message or echo without the reference it may begin with. */
export const ownText = (text: string, cut: number): string => (cut > 0 ? `{${text.slice(cut)}` : text);

/** Any frame, its `$` keys read one by one. */
function parseKeys(text: string, limits: ParseLimits): Achex2Frame {
  const fields = readObject(text, limits);
  if (typeof fields === "string") {
    const bare = fields === "not-json" && isBareLatency(text);
    return frame(refOf(text), bare ? { verb: "latency" } : refused(fields));
  }
  const draft: Draft = { ...frame(undefined, refused("bad-value")), request: undefined };
  let taken = 0;
  let wrong: FaultCode | undefined;
  for (const key in fields) {
    if (key.charCodeAt(0) !== DOLLAR) continue;
    if (!isForwarded(key)) taken++;
    // Read on: the reference of the reply may stand behind what is wrong.
    const fault = readKey(draft, key, fields[key], limits);
    wrong ??= fault;
  }
  if (wrong) return { ...draft, request: refused(wrong) };
  const asked = frameOf(taken > 0 ? withoutMembers(text, isTaken) : text, fields, limits);
  return { ...draft, request: requestOf(draft, asked) };
}

/** Reads one `$` key into the draft; returns what is wrong with it. */
function readKey(draft: Draft, key: string, value: unknown, limits: ParseLimits): FaultCode | undefined {
  switch (key) {
    case "$ref":
      if (isCount(value)) draft.ref = value;
      return draft.ref === undefined ? "bad-value" : undefined;
    case "$presence":
      if (typeof value === "boolean") draft.presence = value;
      return draft.presence === undefined ? "bad-value" : undefined;
    case "$attributes":
      draft.attributes = attributesFrom(value);
      return draft.attributes ? undefined : "bad-attributes";
    case "$call":
      draft.call = callFrom(value);
      return draft.call ? undefined : "bad-value";
    case "$answer":
      draft.answer = answerFrom(value);
      return draft.answer ? undefined : "bad-value";
    default:
      return readRequest(draft, key, value, limits);
  }
}

function readRequest(draft: Draft, key: string, value: unknown, limits: ParseLimits): FaultCode | undefined {
  const request = requestFrom(key, value, limits);
  if (typeof request === "string") return request;
  if (draft.request) return "bad-value";
  draft.request = request;
  return undefined;
}

function requestFrom(key: string, value: unknown, limits: ParseLimits): Achex2Request | FaultCode {
  if (key === "$time") return value === true ? { verb: "time" } : "bad-value";
  if (key === "$members") return pageFrom(value, limits) ?? "bad-value";
  if (key !== "$watch" && key !== "$unwatch") return "unknown-key";
  const names = namesFrom(value, limits);
  return names ? { verb: key === "$watch" ? "watch" : "unwatch", names } : "bad-value";
}

/** What a frame asks for by its `$` keys and by its verb, which must fit each other. */
function requestOf({ request, presence, attributes, call, answer }: Draft, asked: Request): Request {
  const enters = presence !== undefined || attributes !== undefined;
  if (request) {
    const alone = asked.verb === "drop" && asked.reason === "no-verb" && !call && !answer && !enters;
    return alone ? request : refused("bad-value");
  }
  if (asked.verb === "drop" || asked.verb === "unjoinable" || asked.verb === "unnameable") return asked;
  const kind = asked.verb === "send" ? asked.targets[0]?.kind : undefined;
  if (call && (answer || (kind !== "name" && kind !== "session"))) return refused("bad-value");
  if (answer && (kind !== "session" || asked.verb !== "send" || asked.targets.length > 1)) return refused("bad-value");
  return enters && asked.verb !== "join" && asked.verb !== "register" ? refused("bad-value") : asked;
}
