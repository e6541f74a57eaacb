import { type Dialect, type Fields, isFields, parse, parseAchex2 } from "@achex/protocol";
import type { Entry } from "./entry.ts";
import { fieldsOf } from "./reading.ts";
import type { Sample } from "./samples.ts";

/** What one connection has shown of itself so far. */
export interface Facts {
  /** By the greeting; the set-up's until then. */
  readonly dialect: Dialect;
  readonly sid: number | undefined;
  readonly name: string | undefined;
  /** Names of logins whose answer is still to come, oldest first. */
  readonly asked: readonly string[];
  /** Limits the server told in its hello. */
  readonly limits: Readonly<Record<string, number>>;
}

export const noFacts = (dialect: Dialect): Facts => ({
  dialect,
  sid: undefined,
  name: undefined,
  asked: [],
  limits: {},
});

const LOGIN = /"(?:setID|auth|serviceID|serverSetID)"/;

function afterSending(facts: Facts, text: string): Facts {
  if (text.length > 8192 || !LOGIN.test(text)) return facts;
  const frame = facts.dialect === "achex.2" ? parseAchex2(text).request : parse(text);
  if (frame.verb !== "login") return facts;
  const name = frame.tag ?? frame.name;
  // Here silence means success; a refusal takes it back.
  if (facts.dialect === "achex.2") return { ...facts, name, asked: [...facts.asked, name].slice(-8) };
  return { ...facts, asked: [...facts.asked, name] };
}

const numberOr = <T>(value: unknown, otherwise: T): number | T => (typeof value === "number" ? value : otherwise);

function afterHello(facts: Facts, hello: Fields): Facts {
  const limits = isFields(hello.limits) ? Object.entries(hello.limits) : [];
  const known = limits.filter((pair): pair is [string, number] => typeof pair[1] === "number");
  return { ...facts, dialect: "achex.2", sid: numberOr(hello.sid, facts.sid), limits: Object.fromEntries(known) };
}

const LOGIN_FAULTS = [
  "wrong-password",
  "name-claimed",
  "name-reserved",
  "name-held",
  "wrong-service",
  "throttled",
  "busy",
];

function afterReply(facts: Facts, fields: Fields): Facts {
  if (isFields(fields.$hello)) return afterHello(facts, fields.$hello);
  if (isFields(fields.$result) && typeof fields.$result.name === "string")
    return { ...facts, name: fields.$result.name };
  if (isFields(fields.$fault)) {
    const refused = LOGIN_FAULTS.some((code) => isFields(fields.$fault) && fields.$fault.code === code);
    return refused && facts.asked.length < 2 ? { ...facts, name: undefined, asked: [] } : facts;
  }
  const [first, ...rest] = facts.asked;
  if (typeof fields.auth === "string" && first !== undefined) {
    const accepted = /^ok$/i.test(fields.auth);
    return { ...facts, asked: rest, name: accepted ? first : facts.name, sid: numberOr(fields.SID, facts.sid) };
  }
  if (typeof fields.SID === "number" && facts.sid === undefined)
    return { ...facts, dialect: "classic", sid: fields.SID };
  return facts;
}

const isMessage = (fields: Fields): boolean => fields.FROM !== undefined && fields.sID !== undefined;

/** What is known after one more entry of the log. */
export function after(facts: Facts, entry: Entry): Facts {
  if (entry.kind !== "text") return facts;
  if (entry.direction === "out") return afterSending(facts, entry.text);
  const fields = fieldsOf(entry.text);
  return fields && !isMessage(fields) ? afterReply(facts, fields) : facts;
}

/** What an answer tells of the way to the server and back; undefined when it is none. */
export function sampleIn(entry: Entry): Sample | undefined {
  const server = latencyIn(entry);
  if (server === undefined && !toldTime(entry)) return undefined;
  const trip = entry.kind === "text" ? entry.answers?.milliseconds : undefined;
  return server === undefined && trip === undefined ? undefined : { at: entry.at, server, trip };
}

/** Whether the server told its clock (PROTOCOL.md R16). */
function toldTime(entry: Entry): boolean {
  if (entry.kind !== "text" || entry.direction !== "in" || entry.text.length > 200) return false;
  const fields = /time":\d/.test(entry.text) ? fieldsOf(entry.text) : undefined;
  if (!fields || isMessage(fields)) return false;
  return typeof fields.$time === "number" || (isFields(fields.$result) && typeof fields.$result.time === "number");
}

/** Milliseconds that the server measured, when this frame tells them (PROTOCOL.md K11, R14). */
export function latencyIn(entry: Entry): number | undefined {
  if (entry.kind !== "text" || entry.direction !== "in" || !/ltcy|milliseconds/.test(entry.text.slice(0, 80)))
    return undefined;
  const fields = fieldsOf(entry.text);
  if (!fields || isMessage(fields)) return undefined;
  if (isFields(fields.$result)) return numberOr(fields.$result.milliseconds, undefined);
  const match = typeof fields.ltcy === "string" ? /^(\d{1,9})ms$/.exec(fields.ltcy) : null;
  return match ? Number(match[1]) : undefined;
}
