import type { DropReason } from "./drops.ts";
import type { DroppedFrame, Frame } from "./frames.ts";
import { type JsonObject, parseObject } from "./json.ts";
import { type AddressKey, addressKeys, commands, loginKeys, type RequestKey, requestKeys } from "./keys.ts";
import { defaultParseLimits, type ParseLimits } from "./limits.ts";
import { isName, nameFrom } from "./names.ts";
import { withoutStamp } from "./stamp.ts";
import { targetsOf } from "./targets.ts";

/** Every key that says what a frame is for, in the order in which they are looked for (PROTOCOL.md V2). */
export const verbKeys: readonly string[] = [...[...addressKeys, ...loginKeys].map(([key]) => key), ...requestKeys];

const drop = (reason: DropReason): DroppedFrame => ({ verb: "drop", reason });

const [TO, TO_SESSION, TO_SESSION_IN_LOWER_CASE, TO_BROADCAST, TO_HUB] = addressKeys;

/** Written out in the order of `addressKeys`, because looking up a key held in a variable is several times slower. */
function parseSend(text: string, fields: JsonObject, limits: ParseLimits): Frame | undefined {
  const { to, toS, tos, bc, toH } = fields;
  if (to !== undefined) return sendFrame(TO, to, text, fields, limits);
  if (toS !== undefined) return sendFrame(TO_SESSION, toS, text, fields, limits);
  if (tos !== undefined) return sendFrame(TO_SESSION_IN_LOWER_CASE, tos, text, fields, limits);
  if (bc !== undefined) return sendFrame(TO_BROADCAST, bc, text, fields, limits);
  return toH === undefined ? undefined : sendFrame(TO_HUB, toH, text, fields, limits);
}

function sendFrame([, kind]: AddressKey, value: unknown, text: string, fields: JsonObject, limits: ParseLimits): Frame {
  const targets = targetsOf(kind, value, limits);
  if (typeof targets === "string") return drop(targets);
  const forged = fields.sID !== undefined || fields.FROM !== undefined;
  const correlated = fields.$call !== undefined || fields.$answer !== undefined || fields.$latest !== undefined;
  return { verb: "send", targets, text: forged ? withoutStamp(text) : text, correlated };
}

const passwordOf = ({ passwd, password }: JsonObject): string | undefined => nameFrom(passwd) ?? nameFrom(password);

function parseLogin(fields: JsonObject, limits: ParseLimits): Frame | undefined {
  for (const [key, as] of loginKeys) {
    const value = fields[key];
    if (value === undefined) continue;
    const name = nameFrom(value);
    if (name === undefined || !isName(name, limits.nameBytes)) return { verb: "badLogin" };
    const password = passwordOf(fields) ?? "";
    const tag = as === "service" ? nameFrom(fields.idtag) : undefined;
    if (tag !== undefined && !isName(tag, limits.nameBytes)) return { verb: "badLogin" };
    return { verb: "login", as, name, password, tag };
  }
  return undefined;
}

function parseCommand(fields: JsonObject, limits: ParseLimits): Frame {
  const { cmd, bid } = fields;
  const verb = typeof cmd === "string" && isCommand(cmd) ? commands[cmd] : undefined;
  if (verb === undefined) return drop("no-verb");
  if (verb === "latency") return { verb };
  const name = nameFrom(bid);
  if (name === undefined || !isName(name, limits.nameBytes)) return drop("bad-name");
  return verb === "register" ? { verb, name, password: passwordOf(fields) } : { verb, name };
}

const isCommand = (cmd: string): cmd is keyof typeof commands => Object.hasOwn(commands, cmd);

function parseJoin(fields: JsonObject, limits: ParseLimits): Frame {
  const name = nameFrom(fields.joinHub);
  return name !== undefined && isName(name, limits.nameBytes)
    ? { verb: "join", name, password: passwordOf(fields) }
    : { verb: "badJoin", reason: "bad-name" };
}

function parseRequest(key: RequestKey, text: string, fields: JsonObject, limits: ParseLimits): Frame {
  switch (key) {
    case "joinHub":
      return parseJoin(fields, limits);
    case "leaveHub": {
      const name = nameFrom(fields.leaveHub);
      return name === undefined ? drop("bad-name") : { verb: "leave", name };
    }
    case "cmd":
      return parseCommand(fields, limits);
    case "ping":
    case "latency":
      return { verb: "latency" };
    case "echo":
      return { verb: "echo", text };
    case "serverstat":
      return { verb: "serverstat" };
  }
}

function parseOther(text: string, fields: JsonObject, limits: ParseLimits): Frame {
  for (const key of requestKeys) if (fields[key] !== undefined) return parseRequest(key, text, fields, limits);
  return drop("no-verb");
}

/** The request in an object; `text` is the JSON it was parsed from. */
export const frameFrom = (text: string, fields: JsonObject, limits: ParseLimits): Frame =>
  parseSend(text, fields, limits) ?? parseLogin(fields, limits) ?? parseOther(text, fields, limits);

/** The two words that are frames without being JSON (PROTOCOL.md K10). */
export function isBareLatency(text: string): boolean {
  const word = text.length < 32 ? text.trim() : "";
  return word === "ping" || word === "latency";
}

/**
 * Parses one text frame; never throws for any text (PROTOCOL.md V1..V4). Later code relies on it and does not check a frame
 * again.
 */
export function parse(text: string, limits: ParseLimits = defaultParseLimits): Frame {
  const fields = parseObject(text, limits);
  if (typeof fields !== "string") return frameFrom(text, fields, limits);
  return fields === "not-json" && isBareLatency(text) ? { verb: "latency" } : drop(fields);
}
