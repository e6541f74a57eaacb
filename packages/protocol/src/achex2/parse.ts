import type { FaultCode } from "../faults.ts";
import { parseObject } from "../json.ts";
import { withoutMembers } from "../json-members.ts";
import { defaultParseLimits, type ParseLimits } from "../limits.ts";
import { frameFrom, isBareLatency, parse } from "../parse.ts";
import type { DollarKey, Draft } from "./dollar-key.ts";
import type { Achex2Frame } from "./frames.ts";
import { forwardedKeys, keyReaderOf } from "./keys.ts";
import { isCount } from "./values.ts";

type Request = Achex2Frame["request"];

const DOLLAR = 0x24;
/** How JSON.stringify begins a frame whose first key is the reference. */
const REF_PREFIX = '{"$ref":';

const isDollarKey = (key: string): boolean => key.charCodeAt(0) === DOLLAR;
// Compared with a list of two, because a substring of the frame has no hash yet and a Map would have to make one.
const isTakenOut = (key: string): boolean => isDollarKey(key) && !forwardedKeys.includes(key);

const refused = (code: FaultCode): Request => ({ verb: "refused", code });

const frameOf = (ref: number | undefined, request: Request, refPrefixLength = 0): Achex2Frame => ({
  ref,
  presence: undefined,
  attributes: undefined,
  call: undefined,
  answer: undefined,
  joining: undefined,
  sending: undefined,
  keeping: undefined,
  request,
  refPrefixLength,
});

/** No key after that position can begin with a dollar sign, however it is spelt. */
const hasNoDollar = (text: string, from: number): boolean =>
  text.indexOf("$", from) === -1 && (text.indexOf("\\", from) === -1 || text.indexOf("\\u0024", from) === -1);

/**
 * One text frame of achex.2; never throws (PROTOCOL.md R4, R6). Most frames have no `$` key, or `$ref` first and no other:
 * then no key has to be searched for, and the prefix is left out when the message is stamped (see refPrefixLength).
 */
export function parseAchex2(text: string, limits: ParseLimits = defaultParseLimits): Achex2Frame {
  const hasRefPrefix = text.startsWith(REF_PREFIX);
  if (!hasNoDollar(text, hasRefPrefix ? REF_PREFIX.indexOf("$") + 1 : 0)) return parseKeys(text, limits);
  if (!hasRefPrefix) return frameOf(undefined, parse(text, limits));
  const fields = parseObject(text, limits);
  if (typeof fields === "string") return frameOf(refOf(text), refused(fields));
  // A number has no comma in it, so the first one ends the reference.
  const comma = text.indexOf(",", REF_PREFIX.length);
  const { $ref } = fields;
  if (!isCount($ref) || comma === -1) return parseKeys(text, limits);
  return frameOf($ref, frameFrom(text, fields, limits), comma + 1);
}

/** The text of a message or echo without the reference it may begin with. */
export const withoutRefPrefix = (text: string, refPrefixLength: number): string =>
  refPrefixLength > 0 ? `{${text.slice(refPrefixLength)}` : text;

/** The `$ref` of a frame that is refused unread or cannot be read, if the text begins with it (PROTOCOL.md R6). */
export function refOf(text: string): number | undefined {
  const match = /^\s{0,8}\{\s{0,8}"\$ref"\s{0,8}:\s{0,8}(0|[1-9]\d{0,15})\s{0,8}[,}]/.exec(text);
  const ref = match ? Number(match[1]) : undefined;
  return isCount(ref) ? ref : undefined;
}

/** Any frame, its `$` keys read one by one. */
function parseKeys(text: string, limits: ParseLimits): Achex2Frame {
  const fields = parseObject(text, limits);
  if (typeof fields === "string") {
    const bare = fields === "not-json" && isBareLatency(text);
    return frameOf(refOf(text), bare ? { verb: "latency" } : refused(fields));
  }
  const draft: Draft = { ...frameOf(undefined, refused("bad-value")), request: undefined };
  let placement: DollarKey["placement"] = "any";
  let fit = true;
  let forwarded = true;
  let wrong: FaultCode | undefined;
  for (const key in fields) {
    if (!isDollarKey(key)) continue;
    const known = keyReaderOf(key);
    const { request } = draft;
    // Read on after a fault: the reference of the reply may come later in the frame.
    const fault = known ? known.read(draft, fields[key], limits, text) : "unknown-key";
    wrong ??= fault;
    if (!known || wrong) continue;
    if (!known.forwarded) forwarded = false;
    const inJoin = draft.request === request ? "membership" : "request";
    const place = known.placement === "room" ? inJoin : known.placement;
    if (place === "any") continue;
    // Keys of different placements never go together.
    fit &&= placement === "any" || placement === place;
    placement = place;
  }
  if (wrong) return { ...draft, request: refused(wrong) };
  const asked = frameFrom(forwarded ? text : withoutMembers(text, isTakenOut), fields, limits);
  if (draft.request) return { ...draft, request: fit && isBare(asked) ? draft.request : refused("bad-value") };
  if (asked.verb === "drop" || asked.verb === "badJoin" || asked.verb === "badLogin")
    return { ...draft, request: asked };
  return { ...draft, request: fit && allows(asked, placement) ? asked : refused("bad-value") };
}

/** A frame without a verb of the legacy dialects. */
const isBare = (asked: Request): boolean => asked.verb === "drop" && asked.reason === "no-verb";

/** Whether a key of that placement may be in the frame. */
function allows(asked: Request, placement: DollarKey["placement"]): boolean {
  switch (placement) {
    case "any":
      return true;
    case "room":
    case "membership":
      return asked.verb === "join" || asked.verb === "register";
    case "message":
      return asked.verb === "send";
    case "login":
      return asked.verb === "login";
    case "call":
      return asked.verb === "send" && (asked.targets[0]?.kind === "name" || asked.targets[0]?.kind === "session");
    case "answer":
      return asked.verb === "send" && asked.targets.length === 1 && asked.targets[0]?.kind === "session";
    case "request":
    case "first":
      return false;
  }
}
