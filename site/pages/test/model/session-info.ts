import {
  type Dialect,
  defaultParseLimits,
  isJsonObject,
  isRefusal,
  type JsonObject,
  loginKeys,
  type ParseLimits,
  parse,
  parseAchex2,
} from "@achex/protocol";
import type { Entry } from "./entry.ts";
import { fieldsOf, isMessage } from "./frame-fields.ts";
import type { Sample } from "./latency-samples.ts";

/** What the page knows about one connection. */
export interface SessionInfo {
  /** From the greeting; until then from the setup. */
  readonly dialect: Dialect;
  readonly sid: number | undefined;
  readonly name: string | undefined;
  /** Names of logins without a reply yet, oldest first. */
  readonly pendingLogins: readonly string[];
  /** Limits from the server's hello. */
  readonly limits: Readonly<Record<string, number>>;
}

export const newSession = (dialect: Dialect): SessionInfo => ({
  dialect,
  sid: undefined,
  name: undefined,
  pendingLogins: [],
  limits: {},
});

/** The limits that the parser applies; defaults for those that the server has not sent. */
export const parseLimitsFrom = (limits: SessionInfo["limits"]): ParseLimits => ({
  depth: limits.depth ?? defaultParseLimits.depth,
  nameBytes: limits.name ?? defaultParseLimits.nameBytes,
  targets: limits.targets ?? defaultParseLimits.targets,
});

const LOGIN = new RegExp(`"(?:${loginKeys.map(([key]) => key).join("|")})"`);

function updateOnSend(session: SessionInfo, text: string): SessionInfo {
  if (text.length > 8192 || !LOGIN.test(text)) return session;
  const frame = session.dialect === "achex.2" ? parseAchex2(text).request : parse(text);
  if (frame.verb !== "login") return session;
  const name = frame.tag ?? frame.name;
  // In achex.2 silence means success. A fault reverts this.
  if (session.dialect === "achex.2")
    return { ...session, name, pendingLogins: [...session.pendingLogins, name].slice(-8) };
  return { ...session, pendingLogins: [...session.pendingLogins, name] };
}

const numberOr = <T>(value: unknown, otherwise: T): number | T => (typeof value === "number" ? value : otherwise);

function updateOnHello(session: SessionInfo, hello: JsonObject): SessionInfo {
  const limits = isJsonObject(hello.limits) ? Object.entries(hello.limits) : [];
  const known = limits.filter((pair): pair is [string, number] => typeof pair[1] === "number");
  return { ...session, dialect: "achex.2", sid: numberOr(hello.sid, session.sid), limits: Object.fromEntries(known) };
}

/** A bad name may be that of a hub too. */
const endsLogin = (code: unknown): boolean => typeof code === "string" && isRefusal(code) && code !== "bad-name";

function updateOnReply(session: SessionInfo, fields: JsonObject): SessionInfo {
  if (isJsonObject(fields.$hello)) return updateOnHello(session, fields.$hello);
  if (isJsonObject(fields.$resumed)) {
    const { name } = fields.$resumed;
    return { ...updateOnHello(session, fields.$resumed), name: typeof name === "string" ? name : undefined };
  }
  if (isJsonObject(fields.$result) && typeof fields.$result.name === "string")
    return { ...session, name: fields.$result.name };
  if (isJsonObject(fields.$fault)) {
    return endsLogin(fields.$fault.code) && session.pendingLogins.length < 2
      ? { ...session, name: undefined, pendingLogins: [] }
      : session;
  }
  const [first, ...rest] = session.pendingLogins;
  if (typeof fields.auth === "string" && first !== undefined) {
    const accepted = /^ok$/i.test(fields.auth);
    return {
      ...session,
      pendingLogins: rest,
      name: accepted ? first : session.name,
      sid: numberOr(fields.SID, session.sid),
    };
  }
  if (typeof fields.SID === "number" && session.sid === undefined)
    return { ...session, dialect: "classic", sid: fields.SID };
  return session;
}

/** Updates the session with one log entry. */
export function updateSession(session: SessionInfo, entry: Entry): SessionInfo {
  if (entry.kind !== "text") return session;
  if (entry.direction === "out") return updateOnSend(session, entry.text);
  const fields = fieldsOf(entry.text);
  return fields && !isMessage(fields) ? updateOnReply(session, fields) : session;
}

/** The latency measurement in an entry; undefined if it has none. */
export function sampleIn(entry: Entry): Sample | undefined {
  const server = latencyIn(entry);
  if (server === undefined && !hasServerTime(entry)) return undefined;
  const roundTrip = entry.kind === "text" ? entry.answers?.milliseconds : undefined;
  return server === undefined && roundTrip === undefined ? undefined : { at: entry.at, server, roundTrip };
}

/** Whether a received frame contains the server's time (PROTOCOL.md R16). */
function hasServerTime(entry: Entry): boolean {
  if (entry.kind !== "text" || entry.direction !== "in" || entry.text.length > 200) return false;
  const fields = /time":\d/.test(entry.text) ? fieldsOf(entry.text) : undefined;
  if (!fields || isMessage(fields)) return false;
  return typeof fields.$time === "number" || (isJsonObject(fields.$result) && typeof fields.$result.time === "number");
}

/** Latency in milliseconds measured by the server, if the frame contains it (PROTOCOL.md K11, R14). */
export function latencyIn(entry: Entry): number | undefined {
  if (entry.kind !== "text" || entry.direction !== "in" || !/ltcy|milliseconds/.test(entry.text.slice(0, 80)))
    return undefined;
  const fields = fieldsOf(entry.text);
  if (!fields || isMessage(fields)) return undefined;
  if (isJsonObject(fields.$result)) return numberOr(fields.$result.milliseconds, undefined);
  const match = typeof fields.ltcy === "string" ? /^(\d{1,9})ms$/.exec(fields.ltcy) : null;
  return match ? Number(match[1]) : undefined;
}
