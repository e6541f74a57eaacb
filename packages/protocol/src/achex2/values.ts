import { isJsonObject } from "../json.ts";
import { achex2Limits, MAX_STREAM_CREDIT, type ParseLimits } from "../limits.ts";
import { isName, nameFrom, utf8Length } from "../names.ts";
import type { Achex2Request, AnswerHeader, Attributes, CallHeader } from "./frames.ts";

const ATTRIBUTE_KEY_BYTES = 64;
const ATTRIBUTE_VALUE_BYTES = 256;

/** A whole number from 0 to 2^53-1, as ids and references are. */
export const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** PROTOCOL.md R30, R34, R50, R52, R53: one of the flags at the most. */
export function callFrom(value: unknown): CallHeader | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, cancel, stream, data, end, ...unknown } = value;
  if (Object.keys(unknown).length > 0) return undefined;
  if (cancel !== undefined)
    return isCount(cancel) && Object.keys(value).length === 1 ? { id: cancel, kind: "cancel" } : undefined;
  if (!isCount(id)) return undefined;
  const flags = Object.entries({ stream, data, end }).filter(([, flag]) => flag !== undefined);
  if (flags.length === 0) return { id, kind: "open" };
  if (flags.length > 1 || flags[0]?.[1] !== true) return undefined;
  return { id, kind: stream ? "stream" : data ? "data" : "end" };
}

/** PROTOCOL.md R31, R51. */
export function answerFrom(value: unknown): AnswerHeader | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, more, fault, credit, ...unknown } = value;
  if (!isCount(id) || Object.keys(unknown).length > 0) return undefined;
  const given = Object.keys(value).length - 1;
  if (given === 0) return { id, kind: "end", credit: 0 };
  if (given > 1) return undefined;
  if (more === true) return { id, kind: "more", credit: 0 };
  if (isJsonObject(fault)) return { id, kind: fault.code === "no-handler" ? "decline" : "fault", credit: 0 };
  return isCount(credit) && credit > 0 && credit <= MAX_STREAM_CREDIT ? { id, kind: "credit", credit } : undefined;
}

const isPlain = (value: unknown): value is Attributes[string] =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** PROTOCOL.md R22. */
export function attributesFrom(value: unknown): Attributes | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > achex2Limits.attributes) return undefined;
  const attributes: [string, Attributes[string]][] = [];
  for (const [key, attribute] of entries) {
    if (!isName(key, ATTRIBUTE_KEY_BYTES) || !isPlain(attribute)) return undefined;
    if (utf8Length(JSON.stringify(attribute)) > ATTRIBUTE_VALUE_BYTES) return undefined;
    attributes.push([key, attribute]);
  }
  // fromEntries, unlike an assignment, makes __proto__ a key like any other.
  return Object.fromEntries(attributes);
}

/** PROTOCOL.md R25. */
export function namesFrom(verb: "watch" | "unwatch", value: unknown, limits: ParseLimits): Achex2Request | undefined {
  if (!Array.isArray(value)) return undefined;
  const names: string[] = [];
  for (const item of value) {
    const name = nameFrom(item);
    if (name === undefined || !isName(name, limits.nameBytes)) return undefined;
    names.push(name);
  }
  return { verb, names };
}
