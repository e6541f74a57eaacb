import type { DropReason } from "./drops.ts";
import type { AddressKind, DroppedFrame, Frame, LoginFrame } from "./frames.ts";
import { defaultParseLimits, type ParseLimits } from "./limits.ts";
import { isName, nameFrom } from "./names.ts";
import { withoutStamp } from "./stamp.ts";
import { targetsOf } from "./targets.ts";

/** A JSON object somebody sent. */
export type Fields = { readonly [key: string]: unknown };

const drop = (reason: DropReason): DroppedFrame => ({ verb: "drop", reason });

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a parsed value nests deeper than `depth`; stops there, so hostile nesting costs no stack. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, depth - 1)) return true;
    return false;
  }
  return isFields(value) && hasDeeperField(value, depth - 1);
}

function hasDeeperField(fields: Fields, depth: number): boolean {
  for (const key in fields) if (isDeeper(fields[key], depth)) return true;
  return false;
}

// The order is a rule (PROTOCOL.md V2): a frame with an address is a message, whatever else its payload holds.
const addressKeys: readonly (readonly [string, AddressKind])[] = [
  ["to", "name"],
  ["toS", "session"],
  ["tos", "session"],
  ["bc", "broadcast"],
  ["toH", "hub"],
];

const loginKeys: readonly (readonly [string, LoginFrame["as"]])[] = [
  ["setID", "user"],
  ["auth", "user"],
  ["serviceID", "service"],
  ["serverSetID", "service"],
];

function parseSend(text: string, fields: Fields, limits: ParseLimits): Frame | undefined {
  for (const [key, kind] of addressKeys) {
    const value = fields[key];
    if (value === undefined) continue;
    const targets = targetsOf(kind, value, limits);
    if (typeof targets === "string") return drop(targets);
    const forged = fields.sID !== undefined || fields.FROM !== undefined;
    const correlated = fields.$call !== undefined || fields.$answer !== undefined;
    return { verb: "send", targets, text: forged ? withoutStamp(text) : text, correlated };
  }
  return undefined;
}

function parseLogin(fields: Fields, limits: ParseLimits): Frame | undefined {
  for (const [key, as] of loginKeys) {
    const value = fields[key];
    if (value === undefined) continue;
    const name = nameFrom(value);
    if (name === undefined || !isName(name, limits.nameBytes)) return { verb: "unnameable" };
    const password = nameFrom(fields.passwd) ?? nameFrom(fields.password) ?? "";
    const tag = as === "service" ? nameFrom(fields.idtag) : undefined;
    if (tag !== undefined && !isName(tag, limits.nameBytes)) return { verb: "unnameable" };
    return { verb: "login", as, name, password, tag };
  }
  return undefined;
}

function parseCommand(fields: Fields, limits: ParseLimits): Frame {
  const { cmd } = fields;
  if (cmd === "ping" || cmd === "latency") return { verb: "latency" };
  if (cmd !== "register_broadcast" && cmd !== "unregister_broadcast") return drop("no-verb");
  const name = nameFrom(fields.bid);
  if (name === undefined || !isName(name, limits.nameBytes)) return drop("bad-name");
  return { verb: cmd === "register_broadcast" ? "register" : "unregister", name };
}

function parseRest(text: string, fields: Fields, limits: ParseLimits): Frame {
  if (fields.joinHub !== undefined) {
    const name = nameFrom(fields.joinHub);
    if (name === undefined || !isName(name, limits.nameBytes)) return { verb: "unjoinable", reason: "bad-name" };
    return { verb: "join", name };
  }
  if (fields.leaveHub !== undefined) {
    const name = nameFrom(fields.leaveHub);
    return name === undefined ? drop("bad-name") : { verb: "leave", name };
  }
  if (fields.cmd !== undefined) return parseCommand(fields, limits);
  if (fields.ping !== undefined || fields.latency !== undefined) return { verb: "latency" };
  if (fields.echo !== undefined) return { verb: "echo", text };
  if (fields.serverstat !== undefined) return { verb: "serverstat" };
  return drop("no-verb");
}

type Unreadable = Extract<DropReason, "not-json" | "not-object" | "too-deep">;

/** The object a text holds, or why it holds none that may be looked at. */
export function readObject(text: string, limits: ParseLimits): Fields | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "not-json";
  }
  if (!isFields(value)) return "not-object";
  // A short text has no room for so many braces, opened and closed.
  const mayBeDeep = limits.depth > 0 && text.length > 2 * limits.depth;
  return mayBeDeep && isDeeper(value, limits.depth) ? "too-deep" : value;
}

/** What an object asks for; `text` is what it was read from. */
export const frameOf = (text: string, fields: Fields, limits: ParseLimits): Frame =>
  parseSend(text, fields, limits) ?? parseLogin(fields, limits) ?? parseRest(text, fields, limits);

/** The two words that are frames without being JSON (PROTOCOL.md K10). */
export function isBareLatency(text: string): boolean {
  const word = text.length < 32 ? text.trim() : "";
  return word === "ping" || word === "latency";
}

/**
 * One frame of text as what it asks for; never throws, whatever the text (PROTOCOL.md V1..V4). Inside the server nobody
 * checks a frame again.
 */
export function parse(text: string, limits: ParseLimits = defaultParseLimits): Frame {
  const fields = readObject(text, limits);
  if (typeof fields !== "string") return frameOf(text, fields, limits);
  return fields === "not-json" && isBareLatency(text) ? { verb: "latency" } : drop(fields);
}
