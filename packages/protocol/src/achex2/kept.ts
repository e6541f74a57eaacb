import { isJsonObject } from "../json.ts";
import type { ParseLimits } from "../limits.ts";
import { isName, nameFrom, utf8Length } from "../names.ts";
import type { Achex2Request, HistoryPage, KeptAddress, Position, Since } from "./frames.ts";
import { roomFrom } from "./rooms.ts";
import { isCount } from "./values.ts";

/** Most messages of one page, and of those that a join sends at once without a position (PROTOCOL.md R142, R143). */
export const MAX_PAGE = 200;
const MAX_LAST = 1_000;
const EPOCH_BYTES = 64;
const DEVICE_BYTES = 64;
const ID_BYTES = 64;

type Request<Verb> = Extract<Achex2Request, { verb: Verb }>;

/** The channel that a value names, by `hub`, `bc` or `name`, and its other members. */
function keptFrom(value: unknown, limits: ParseLimits) {
  if (!isJsonObject(value)) return undefined;
  const { name: given, ...rest } = value;
  if (given === undefined) {
    const named = roomFrom(value, limits);
    return named && { channel: named.room, rest: named.rest };
  }
  const name = nameFrom(given);
  if (name === undefined || !isName(name, limits.nameBytes) || "hub" in rest || "bc" in rest) return undefined;
  const channel: KeptAddress = { kind: "name", name };
  return { channel, rest };
}

const isAmount = (value: unknown, most: number): value is number => isCount(value) && value > 0 && value <= most;

/** PROTOCOL.md R142. */
export function historyFrom(value: unknown, limits: ParseLimits): Request<"history"> | undefined {
  const named = keptFrom(value, limits);
  if (!named) return undefined;
  const { last, after, before, limit = MAX_PAGE, ...unknown } = named.rest;
  if (Object.keys(unknown).length > 0 || !isAmount(limit, MAX_PAGE)) return undefined;
  let page: HistoryPage | undefined;
  if (after !== undefined) page = isCount(after) ? { kind: "after", seq: after, messages: limit } : undefined;
  else if (before !== undefined) page = isCount(before) ? { kind: "before", seq: before, messages: limit } : undefined;
  else if (isAmount(last, MAX_PAGE)) page = { kind: "before", seq: Number.MAX_SAFE_INTEGER, messages: last };
  const given = [last, after, before].filter((one) => one !== undefined).length;
  return page && given === 1 ? { verb: "history", channel: named.channel, page } : undefined;
}

function positionFrom(epoch: unknown, seq: unknown): Position | undefined {
  return typeof epoch === "string" && isName(epoch, EPOCH_BYTES) && isCount(seq) ? { epoch, seq } : undefined;
}

/** PROTOCOL.md R143. */
export function sinceFrom(value: unknown): Since | undefined {
  if (!isJsonObject(value)) return undefined;
  const { epoch, seq, last, ...unknown } = value;
  if (Object.keys(unknown).length > 0) return undefined;
  if (last === undefined) return positionFrom(epoch, seq);
  return epoch === undefined && seq === undefined && isCount(last) && last <= MAX_LAST ? { last } : undefined;
}

/** PROTOCOL.md R145. */
export const deviceFrom = (value: unknown): string | undefined =>
  typeof value === "string" && isName(value, DEVICE_BYTES) ? value : undefined;

/** PROTOCOL.md R145. */
export function confirmFrom(value: unknown, limits: ParseLimits): Request<"confirm"> | undefined {
  const named = keptFrom(value, limits);
  if (named?.channel.kind !== "name") return undefined;
  const { device: given, seq, ...unknown } = named.rest;
  const device = deviceFrom(given);
  if (device === undefined || !isCount(seq) || Object.keys(unknown).length > 0) return undefined;
  return { verb: "confirm", name: named.channel.name, device, seq };
}

/** PROTOCOL.md R146. */
export const idFrom = (value: unknown): string | undefined =>
  typeof value === "string" && value.length > 0 && value.length <= ID_BYTES && utf8Length(value) <= ID_BYTES
    ? value
    : undefined;
