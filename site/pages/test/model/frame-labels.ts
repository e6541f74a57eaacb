import {
  addressKeyOf,
  commands,
  dollarKeys,
  isJsonObject,
  type JsonObject,
  loginKeys,
  requestKeys,
  serverKeys,
} from "@achex/protocol";
import { printable } from "@achex/server/printable";
import { fieldsOf, MAX_PARSED_UNITS } from "./frame-fields.ts";
import { keptWords, messagesText, seqOf } from "./kept-frames.ts";

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
};

function messageLabel(fields: JsonObject): string | undefined {
  const address = addressKeyOf(fields);
  if (!address) return undefined;
  const [key, kind] = address;
  const sender = fields.FROM === undefined ? "" : ` from ${shown(fields.FROM)}`;
  const seq = seqOf(fields);
  return `message${seq === undefined ? "" : ` ${seq}`} to ${kind} ${shown(fields[key])}${sender}`;
}

const PRESENCE_LABELS = [
  ["$away", "is away"],
  ["$back", "is back"],
] as const;

function achex2Label(fields: JsonObject): string | undefined {
  if (fields.$hello !== undefined) return "hello";
  if (fields.$fault !== undefined) return "fault";
  if (isJsonObject(fields.$kept)) return keptWords(fields.$kept);
  if (isJsonObject(fields.$result) && Array.isArray(fields.$result.messages))
    return `history: ${messagesText(fields.$result.messages.length)}, result of ${shown(fields.$ref)}`;
  if (fields.$result !== undefined) return `result of ${shown(fields.$ref)}`;
  for (const [key, what] of PRESENCE_LABELS) {
    const member = fields[key];
    if (isJsonObject(member)) return `${shown(member.name)} ${what}`;
  }
  return serverKeys.find((key) => fields[key] !== undefined)?.slice(1);
}

function replyLabel(fields: JsonObject): string {
  if (fields.SID !== undefined && fields.auth === undefined) return `greeting: session ${shown(fields.SID)}`;
  if (typeof fields.auth === "string") return /^ok$/i.test(fields.auth) ? "logged in" : "login refused";
  if (fields.joinHub !== undefined) return fields.joinHub === "OK" ? "joined" : "not joined";
  if (fields.leftHub !== undefined) return `${shown(fields.user)} left ${shown(fields.leftHub)}`;
  if (fields.ltcy !== undefined) return `latency ${shown(fields.ltcy)}`;
  if (fields.echo !== undefined) return "echo";
  if (fields.error !== undefined) return "error";
  if (fields.users !== undefined) return "list of users";
  return "frame";
}

/** What a received frame is, in a few words. The address comes first: a message may hold any key (PROTOCOL.md R3). */
export function labelIn(text: string): string {
  const fields = fieldsOf(text);
  if (!fields) return text.length > MAX_PARSED_UNITS ? "large frame" : "text";
  return messageLabel(fields) ?? achex2Label(fields) ?? replyLabel(fields);
}

/** Labels of requests that name a hub or broadcast. */
function membershipLabel({ joinHub, leaveHub, cmd, bid }: JsonObject): string | undefined {
  if (joinHub !== undefined) return `join hub ${shown(joinHub)}`;
  if (leaveHub !== undefined) return `leave hub ${shown(leaveHub)}`;
  if (typeof cmd !== "string" || !Object.hasOwn(commands, cmd)) return undefined;
  if (bid === undefined) return "latency request";
  return `${cmd === "register_broadcast" ? "register to" : "leave"} broadcast ${shown(bid)}`;
}

const requests: readonly string[] = [
  ...requestKeys,
  ...Object.entries(dollarKeys).flatMap(([key, { placement }]) =>
    placement === "request" || placement === "first" ? [key] : [],
  ),
];

/** What a sent frame is, in a few words. */
export function labelOut(text: string): string {
  if (/^\s*(?:ping|latency)\s*$/.test(text)) return "latency request";
  const fields = fieldsOf(text);
  if (!fields) return text.length > MAX_PARSED_UNITS ? "large frame" : "not JSON";
  const message = messageLabel(fields);
  if (message !== undefined) return message;
  const login = loginKeys.find(([key]) => fields[key] !== undefined);
  if (login) return `log in as ${shown(fields[login[0]])}`;
  const membership = membershipLabel(fields);
  if (membership !== undefined) return membership;
  return requests.find((key) => fields[key] !== undefined)?.replace("$", "") ?? "no command key";
}
