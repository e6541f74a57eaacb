import { type Address, dropReasons, faults, isJsonObject, parse } from "@achex/protocol";
import { quoted } from "./describe.ts";
import type { Entry } from "./entry.ts";
import { fieldsOf, isMessage } from "./frame-fields.ts";
import { codeFrom, type FrameStatus, type StatusTone, statusTone } from "./frame-status.ts";
import { dollarHint, jsonHint, verbHint } from "./hints.ts";

/** What went wrong, and what to do. */
export interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const has = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);

/** How to fix a frame: specific to its text if the mistake is recognized, else from the fault table. */
export function remedyOf(code: string, text: string): string {
  if (code === "not-json") return jsonHint(text);
  if (code === "no-verb") return verbHint(text);
  if (code === "unknown-key") return dollarHint(text);
  if (code === "binary") return "Send text, or connect with achex.2.";
  return has(faults, code) ? faults[code].remedy : "";
}

/** What a drop reason or fault code means, from the table in the protocol package. */
export function messageOf(code: string): string {
  if (has(faults, code)) return faults[code].message;
  return has(dropReasons, code) ? sentence(dropReasons[code]) : "";
}

function nobodyAt([target, ...others]: readonly Address[]): string {
  if (!target || others.length > 0) return "None of the targets is connected.";
  switch (target.kind) {
    case "name":
      return `Nobody is logged in as ${quoted(target.name)} here.`;
    case "session":
      return `There is no session ${target.id} here.`;
    case "broadcast":
      return `Nobody is registered for the broadcast ${quoted(target.name)}.`;
    case "hub":
      return `Nobody else is in the hub ${quoted(target.name)}.`;
  }
}

const nobodyRemedies: Readonly<Record<Address["kind"], string>> = {
  name: "Names are case-sensitive. Check the name, or connect a client with that name.",
  session: "Session ids change with every connection: send to the name instead.",
  broadcast: 'Receivers register with {"cmd":"register_broadcast","bid":…}.',
  hub: 'Receivers join with {"joinHub":…}; the sender never gets its own message.',
};

const UNREACHED = ["no-recipient", "no-such-name", "no-such-session"];

/** A message that reached nobody: names the target and how to reach it. */
function explainNobody(text: string): Explanation | undefined {
  const frame = parse(text);
  if (frame.verb !== "send") return undefined;
  const { targets } = frame;
  return { message: nobodyAt(targets), remedy: nobodyRemedies[targets[0]?.kind ?? "name"] };
}

function explainStatus(status: FrameStatus, text: string): Explanation | undefined {
  switch (status.kind) {
    case "dropped":
    case "refused": {
      const { code } = status;
      const nobody = UNREACHED.includes(code) ? explainNobody(text) : undefined;
      if (nobody) return nobody;
      if (code === "login") return { message: "The server refused the login.", remedy: "The reply says why." };
      if (code === "join")
        return { message: "The server refused the join.", remedy: "Log in first, with a valid name." };
      return { message: messageOf(code), remedy: remedyOf(code, text) };
    }
    case "fatal":
      return { message: "The frame is larger than the server allows.", remedy: "Send it in parts (rule L4)." };
    case "delivered": {
      if (status.missing.length > 0)
        return { message: `Not found: ${status.missing.map(quoted).join(", ")}.`, remedy: "Check the targets." };
      if (status.missed > 0)
        return {
          message: `${status.missed} could not receive it.`,
          remedy: "They use a legacy dialect, or read too slowly.",
        };
      return status.taken === 0 && status.seq === undefined && !status.duplicate ? explainNobody(text) : undefined;
    }
    default:
      return undefined;
  }
}

/** What to show below a row; undefined for most rows. */
export function explanationOf(entry: Entry): Explanation | undefined {
  if (entry.kind === "event") return entry.advice === undefined ? undefined : { message: "", remedy: entry.advice };
  if (entry.direction === "in" || entry.status === undefined) return undefined;
  return explainStatus(entry.status, entry.kind === "text" ? entry.text : "{}");
}

/** Whether a row has an explanation; quick, because it decides the height of a row. */
export function hasNote(entry: Entry): boolean {
  if (entry.kind === "event") return entry.advice !== undefined;
  const tone = entry.direction === "out" && entry.status ? statusTone(entry.status) : "plain";
  return tone === "bad" || tone === "warn";
}

const FAILURE = /"\$fault":|"auth":"failed"|"joinHub":"FAILED"|^\{"error":/i;
const MAX_UNITS = 2_000;

/** The code of a fault or failed reply; undefined for every other received frame. */
export function failureIn(text: string): string | undefined {
  if (text.length > MAX_UNITS || !FAILURE.test(text)) return undefined;
  const fields = fieldsOf(text);
  if (!fields || isMessage(fields)) return undefined;
  if (isJsonObject(fields.$fault)) return codeFrom(fields.$fault.code);
  if (fields.joinHub === "FAILED" || /^failed$/i.test(String(fields.auth))) return "failed";
  return fields.error === undefined ? undefined : "error";
}

/** The tone of a row. */
export function toneOf(entry: Entry): StatusTone {
  if (entry.kind === "event") return entry.tone;
  if (entry.direction === "out") return entry.status ? statusTone(entry.status) : "plain";
  return entry.kind === "text" && failureIn(entry.text) !== undefined ? "bad" : "plain";
}

/** Frames that did not do what they should, faults, and lost connections. */
export const isProblem = (entry: Entry): boolean => {
  const tone = toneOf(entry);
  return tone === "bad" || tone === "warn";
};
