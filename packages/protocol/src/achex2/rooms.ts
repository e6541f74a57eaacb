import type { FaultCode } from "../faults.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { memberTexts } from "../json-members.ts";
import { achex2Limits, type ParseLimits, SESSION_ID_END } from "../limits.ts";
import { isName, nameFrom, utf8Length } from "../names.ts";
import type { Achex2Request, RoomAddress, RoomOptions } from "./frames.ts";
import { isCount } from "./values.ts";

const PASSWORD_BYTES = 128;
const MAX_CAPACITY = 100_000;
const MAX_SEATS = 1_000;
const MAX_GRACE_SECONDS = 3_600;

type Request<Verb> = Extract<Achex2Request, { verb: Verb }>;

/** The room that a value names, by `hub` or `bc`, and its other members. */
export function roomFrom(
  value: unknown,
  limits: ParseLimits,
): { readonly room: RoomAddress; readonly rest: JsonObject } | undefined {
  if (!isJsonObject(value)) return undefined;
  const { hub, bc, ...rest } = value;
  if ((hub === undefined) === (bc === undefined)) return undefined;
  const name = nameFrom(hub ?? bc);
  if (name === undefined || !isName(name, limits.nameBytes)) return undefined;
  return { room: { kind: hub === undefined ? "broadcast" : "hub", name }, rest };
}

/** PROTOCOL.md R24. */
export function membersFrom(value: unknown, limits: ParseLimits): Request<"members"> | undefined {
  const named = roomFrom(value, limits);
  if (!named) return undefined;
  const { after = 0, ...unknown } = named.rest;
  if (Object.keys(unknown).length > 0 || !isCount(after)) return undefined;
  return { verb: "members", ...named.room, after };
}

const isKey = (text: string): boolean => isName(text, achex2Limits.stateKey);

/** The values of `$set` as its text has them, or why they are not allowed (PROTOCOL.md R107). */
function valuesFrom(value: unknown, frame: string): Map<string, string> | FaultCode {
  if (value === undefined) return new Map();
  if (!isJsonObject(value)) return "bad-value";
  const values = memberTexts(memberTexts(memberTexts(frame).get("$set") ?? "{}").get("values") ?? "{}");
  for (const [key, text] of values) {
    const fits = text.length <= achex2Limits.stateValue && utf8Length(text) <= achex2Limits.stateValue;
    if (!fits || !isKey(key)) return "bad-state";
  }
  return values;
}

function keysFrom(value: unknown): readonly string[] | FaultCode {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return "bad-value";
  const keys = new Set<string>();
  for (const key of value) {
    if (typeof key !== "string") return "bad-value";
    if (!isKey(key)) return "bad-state";
    keys.add(key);
  }
  return [...keys];
}

/** An object from keys to numbers that `isValid` accepts. */
function numbersFrom(value: unknown, isValid: (number: number) => boolean): Map<string, number> | FaultCode {
  if (value === undefined) return new Map();
  if (!isJsonObject(value)) return "bad-value";
  const numbers = new Map<string, number>();
  for (const [key, number] of Object.entries(value)) {
    if (typeof number !== "number" || !isValid(number)) return "bad-value";
    if (!isKey(key)) return "bad-state";
    numbers.set(key, number);
  }
  return numbers;
}

/** PROTOCOL.md R104..R107, R114. `frame` is the text that the value was parsed from, for the texts of the values. */
export function writeFrom(value: unknown, limits: ParseLimits, frame: string): Request<"write"> | FaultCode {
  const named = roomFrom(value, limits);
  if (!named) return "bad-value";
  const { values, delete: deletion, increment, if: condition, own = false, term, ...unknown } = named.rest;
  if (Object.keys(unknown).length > 0 || typeof own !== "boolean") return "bad-value";
  if (term !== undefined && !isCount(term)) return "bad-value";
  const write = {
    values: valuesFrom(values, frame),
    deletions: keysFrom(deletion),
    increments: numbersFrom(increment, Number.isFinite),
    conditions: numbersFrom(condition, isCount),
  };
  const { values: texts, deletions, increments, conditions } = write;
  if (typeof texts === "string") return texts;
  if (typeof deletions === "string") return deletions;
  if (typeof increments === "string") return increments;
  if (typeof conditions === "string") return conditions;
  const written = texts.size + deletions.length + increments.size;
  if (written === 0 || new Set([...texts.keys(), ...deletions, ...increments.keys()]).size < written)
    return "bad-value";
  return { verb: "write", room: named.room, write: { values: texts, deletions, increments, conditions, own, term } };
}

const isWholeUpTo = (value: unknown, max: number): value is number => isCount(value) && value <= max;

/** PROTOCOL.md R120; undefined when something is not an option or has a value that it cannot have. */
function optionsFrom(value: JsonObject): Partial<RoomOptions> | undefined {
  const { capacity, seats, password, closed, grace, ...unknown } = value;
  if (Object.keys(unknown).length > 0) return undefined;
  const options: { -readonly [Name in keyof RoomOptions]?: RoomOptions[Name] } = {};
  if (capacity !== undefined) {
    if (!isWholeUpTo(capacity, MAX_CAPACITY)) return undefined;
    options.capacity = capacity;
  }
  if (seats !== undefined) {
    if (!isWholeUpTo(seats, MAX_SEATS)) return undefined;
    options.seats = seats;
  }
  if (password !== undefined) {
    const isText = typeof password === "string" && password !== "" && utf8Length(password) <= PASSWORD_BYTES;
    if (!isText && password !== null) return undefined;
    options.password = password;
  }
  if (closed !== undefined) {
    if (typeof closed !== "boolean") return undefined;
    options.closed = closed;
  }
  if (grace !== undefined) {
    if (!isWholeUpTo(grace, MAX_GRACE_SECONDS)) return undefined;
    options.grace = grace;
  }
  return options;
}

/** `$room`: with a room a request, without one the options of a join (PROTOCOL.md R120). */
export function roomOptionsFrom(
  value: unknown,
  limits: ParseLimits,
): Request<"setOptions"> | Partial<RoomOptions> | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.hub === undefined && value.bc === undefined) return optionsFrom(value);
  const named = roomFrom(value, limits);
  const options = named && optionsFrom(named.rest);
  return options && { verb: "setOptions", room: named.room, options };
}

/** PROTOCOL.md R113. */
export function handOverFrom(value: unknown, limits: ParseLimits): Request<"handOver"> | undefined {
  const named = roomFrom(value, limits);
  if (!named) return undefined;
  const { sid, ...unknown } = named.rest;
  if (Object.keys(unknown).length > 0) return undefined;
  if (sid !== undefined && !(isCount(sid) && sid > 0 && sid < SESSION_ID_END)) return undefined;
  return { verb: "handOver", room: named.room, sid };
}

/** PROTOCOL.md R122. */
export const seatFrom = (value: unknown): number | boolean | undefined =>
  typeof value === "boolean" || (isWholeUpTo(value, MAX_SEATS) && value > 0) ? value : undefined;

const LATEST_KEY_BYTES = 64;

/** PROTOCOL.md R130. */
export const latestFrom = (value: unknown): string | undefined =>
  typeof value === "string" && isName(value, LATEST_KEY_BYTES) ? value : undefined;
