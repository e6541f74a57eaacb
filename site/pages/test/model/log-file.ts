import { isJsonObject, type JsonObject, utf8Length } from "@achex/protocol";
import type { Entry, MatchedRequest, NewEntry } from "./entry.ts";
import { statusFrom } from "./frame-status.ts";
import { bytesOf, hexOf } from "./hex.ts";
import { masked } from "./password-mask.ts";

/** An entry as one JSON object, without a line break. */
export function entryToLine(entry: Entry): string {
  const { at, direction, size } = entry;
  const time = new Date(at).toISOString();
  if (entry.kind === "binary")
    return JSON.stringify({ time, direction, size, hex: hexOf(entry.bytes), status: entry.status });
  if (entry.kind === "text")
    return JSON.stringify({
      time,
      direction,
      size,
      text: masked(entry.text),
      status: entry.status,
      answers: entry.answers,
    });
  const { text: event, tone, code, reason, advice } = entry;
  // JSON.stringify omits undefined values.
  return JSON.stringify({ time, direction, size, event, tone, code, reason, advice });
}

/** One JSON object per line: time, direction (in, out, event), size in bytes, text, hex or event, status. Passwords are masked. */
export const exportLog = (entries: readonly Entry[]): string =>
  entries.map((entry) => `${entryToLine(entry)}\n`).join("");

export interface ImportedLog {
  readonly entries: readonly NewEntry[];
  /** Describes the first invalid line; valid lines are imported anyway. */
  readonly problem: string | undefined;
}

/** The recorded size: masking a password changes the length of a frame. */
const recordedSize = ({ size }: JsonObject, otherwise: number): number =>
  typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : otherwise;

const isMatchedRequest = (value: unknown): value is MatchedRequest =>
  isJsonObject(value) && [value.number, value.asked, value.milliseconds].every((one) => typeof one === "number");

/** Parses a line; undefined if it is not an entry. */
export function entryFromLine(value: unknown): NewEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const at = typeof value.time === "string" ? Date.parse(value.time) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const { direction, text, hex, event } = value;
  if (direction === "event" && typeof event === "string") {
    const tone = value.tone === "good" || value.tone === "bad" ? value.tone : "plain";
    return {
      kind: "event",
      direction,
      at,
      size: 0,
      tone,
      text: event,
      ...(typeof value.code === "number" ? { code: value.code } : {}),
      ...(typeof value.reason === "string" ? { reason: value.reason } : {}),
      ...(typeof value.advice === "string" ? { advice: value.advice } : {}),
    };
  }
  if (direction !== "in" && direction !== "out") return undefined;
  const known = direction === "out" ? statusFrom(value.status) : undefined;
  const status = known ? { status: known } : {};
  const answers = isMatchedRequest(value.answers) ? { answers: value.answers } : {};
  if (typeof text === "string")
    return { kind: "text", direction, at, size: recordedSize(value, utf8Length(text)), text, ...status, ...answers };
  const bytes = typeof hex === "string" ? bytesOf(hex) : undefined;
  return bytes && { kind: "binary", direction, at, size: bytes.length, bytes, ...status };
}

/** Reads what `exportLog` writes, or any file in that format. */
export function importLog(text: string): ImportedLog {
  const entries: NewEntry[] = [];
  let problem: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    let entry: NewEntry | undefined;
    try {
      entry = entryFromLine(JSON.parse(line));
    } catch {
      entry = undefined;
    }
    if (entry) entries.push(entry);
    else problem ??= `Line ${index + 1} is not a frame. Each line has the form {"time":…,"direction":"out","text":…}.`;
  }
  return { entries, problem };
}

/** Maximum pause between two frames of a replay, in milliseconds. */
const MAX_PAUSE = 2_000;

export type Sent = Exclude<NewEntry, { direction: "event" }>;

/** The sent frames, each with the pause before it in milliseconds. */
export function replaySteps(entries: readonly NewEntry[]): { readonly frame: Sent; readonly pause: number }[] {
  let last: number | undefined;
  return entries.flatMap((frame) => {
    if (frame.kind === "event" || frame.direction !== "out") return [];
    const pause = last === undefined ? 0 : Math.min(MAX_PAUSE, Math.max(0, frame.at - last));
    last = frame.at;
    return [{ frame, pause }];
  });
}
