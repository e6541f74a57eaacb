import type { DropReason } from "./drops.ts";
import type { ParseLimits } from "./limits.ts";

/** A JSON object that somebody sent. */
export type JsonObject = { readonly [key: string]: unknown };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a parsed value nests deeper than `depth`; stops there, so hostile nesting costs no stack. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, depth - 1)) return true;
    return false;
  }
  return isJsonObject(value) && hasDeeperField(value, depth - 1);
}

function hasDeeperField(fields: JsonObject, depth: number): boolean {
  for (const key in fields) if (isDeeper(fields[key], depth)) return true;
  return false;
}

/** Why a text is rejected without being parsed. */
type Unreadable = Extract<DropReason, "not-json" | "not-object" | "too-deep">;

/** The object in a text, or why there is none that may be used. */
export function parseObject(text: string, limits: ParseLimits): JsonObject | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "not-json";
  }
  if (!isJsonObject(value)) return "not-object";
  // A short text has no room for so many braces, opened and closed.
  const mayBeDeep = limits.depth > 0 && text.length > 2 * limits.depth;
  return mayBeDeep && isDeeper(value, limits.depth) ? "too-deep" : value;
}
