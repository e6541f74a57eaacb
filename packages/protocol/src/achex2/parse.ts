import type { FaultCode } from "../faults.ts";
import { defaultParseLimits, type ParseLimits } from "../limits.ts";
import { frameOf, isBareLatency, parse, readObject } from "../parse.ts";
import { withoutMembers } from "../stamp.ts";
import type { Achex2Frame, Achex2Request } from "./frames.ts";
import { endOfRef, refIn, refOf } from "./ref.ts";
import { answerFrom, attributesFrom, callFrom, isCount, namesFrom, pageFrom } from "./values.ts";

type Draft = { -readonly [Key in keyof Achex2Frame]: Achex2Frame[Key] | undefined };
type Request = Achex2Frame["request"];

const DOLLAR = 0x24;
const QUOTE = 0x22;

const isForwarded = (key: string): boolean => key === "$call" || key === "$answer";
const isTaken = (key: string): boolean => key.charCodeAt(0) === DOLLAR && !isForwarded(key);

const refused = (code: FaultCode): Request => ({ verb: "refused", code });

const frame = (ref: number | undefined, request: Request): Achex2Frame => ({
  ref,
  presence: undefined,
  attributes: undefined,
  call: undefined,
  answer: undefined,
  request,
});

/** No key behind that place can begin with a dollar sign, however it is spelt. */
const hasNoDollar = (text: string, from: number): boolean =>
  text.indexOf("$", from) === -1 && (text.indexOf("\\", from) === -1 || text.indexOf("\\u0024", from) === -1);

/**
 * One text frame of achex.2 as what it asks for; never throws (PROTOCOL.md R4, R6). Most frames have no `$` key, or `$ref`
 * before all others and none besides: taking that one out is a slice, and the rest is a frame like any other.
 */
export function parseAchex2(text: string, limits: ParseLimits = defaultParseLimits): Achex2Frame {
  const comma = endOfRef(text);
  if (!hasNoDollar(text, comma + 1)) return parseKeys(text, limits);
  if (comma === -1) return frame(undefined, parse(text, limits));
  // Without a key to follow the comma, what is cut off would mend JSON that is none.
  if (text.charCodeAt(comma + 1) !== QUOTE) return parseKeys(text, limits);
  return frame(refIn(text, comma), parse(`{${text.slice(comma + 1)}`, limits));
}

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
