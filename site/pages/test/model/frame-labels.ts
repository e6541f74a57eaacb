import { type Fields, isFields } from "@achex/protocol";
import { printable } from "@achex/server/printable";
import { fieldsOf, MAX_PARSED_UNITS } from "./frame-fields.ts";

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
};

const addresses: readonly (readonly [string, string])[] = [
  ["to", "name"],
  ["toS", "session"],
  ["tos", "session"],
  ["bc", "broadcast"],
  ["toH", "hub"],
];

function messageLabel(fields: Fields): string | undefined {
  for (const [key, kind] of addresses) {
    if (fields[key] === undefined) continue;
    const sender = fields.FROM === undefined ? "" : ` from ${shown(fields.FROM)}`;
    return `message to ${kind} ${shown(fields[key])}${sender}`;
  }
  return undefined;
}

const faultText = (value: unknown): string => (isFields(value) ? `refused: ${shown(value.code)}` : "refused");

function ownLabel(fields: Fields): string | undefined {
  if (fields.$hello !== undefined) return "hello";
  if (fields.$fault !== undefined) return faultText(fields.$fault);
  if (fields.$result !== undefined) return `result of ${shown(fields.$ref)}`;
  for (const key of [
    "$roster",
    "$joined",
    "$left",
    "$changed",
    "$count",
    "$online",
    "$offline",
    "$time",
    "$answer",
    "$call",
  ]) {
    if (fields[key] !== undefined) return key.slice(1);
  }
  return undefined;
}

function replyLabel(fields: Fields): string {
  if (fields.SID !== undefined && fields.auth === undefined) return `greeting: session ${shown(fields.SID)}`;
  if (typeof fields.auth === "string") return /^ok$/i.test(fields.auth) ? "logged in" : "login refused";
  if (fields.joinHub !== undefined) return fields.joinHub === "OK" ? "joined" : "not joined";
  if (fields.leftHub !== undefined) return `${shown(fields.user)} left ${shown(fields.leftHub)}`;
  if (fields.ltcy !== undefined) return `latency ${shown(fields.ltcy)}`;
  if (fields.echo !== undefined) return "echo";
  if (fields.error !== undefined) return "error";
  if (fields.users !== undefined) return "who is here";
  return "frame";
}

/** What a received frame is, in a few words. The address comes first: a message may hold any key (PROTOCOL.md R3). */
export function labelIn(text: string): string {
  const fields = fieldsOf(text);
  if (!fields) return text.length > MAX_PARSED_UNITS ? "large frame" : "text";
  return messageLabel(fields) ?? ownLabel(fields) ?? replyLabel(fields);
}

const asked = [
  "joinHub",
  "leaveHub",
  "cmd",
  "ping",
  "latency",
  "echo",
  "serverstat",
  "$time",
  "$members",
  "$watch",
  "$unwatch",
];

/** What a sent frame is, in a few words. */
export function labelOut(text: string): string {
  if (/^\s*(?:ping|latency)\s*$/.test(text)) return "latency asked";
  const fields = fieldsOf(text);
  if (!fields) return text.length > MAX_PARSED_UNITS ? "large frame" : "text";
  const message = messageLabel(fields);
  if (message !== undefined) return message;
  const name = fields.setID ?? fields.auth ?? fields.serviceID ?? fields.serverSetID;
  if (name !== undefined) return `log in as ${shown(name)}`;
  return asked.find((key) => fields[key] !== undefined)?.replace("$", "") ?? "frame";
}
