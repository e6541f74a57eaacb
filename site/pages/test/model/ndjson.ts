import { type Fields, isFields, utf8Length } from "@achex/protocol";
import type { Entry, NewEntry } from "./entry.ts";
import { bytesOf, hexOf } from "./hex.ts";
import { masked } from "./secrets.ts";

/** An entry as one JSON object, without the line break. */
export function lineOf(entry: Entry): string {
  const { at, direction, size } = entry;
  const time = new Date(at).toISOString();
  if (entry.kind === "binary") return JSON.stringify({ time, direction, size, hex: hexOf(entry.bytes) });
  if (entry.kind === "text") return JSON.stringify({ time, direction, size, text: masked(entry.text) });
  const { text: event, tone, code, reason } = entry;
  // JSON leaves out what is undefined.
  return JSON.stringify({ time, direction, size, event, tone, code, reason });
}

/** One JSON object a line: time, direction (in, out, event), size in bytes, and text, hex or event. Passwords are masked. */
export const exported = (entries: readonly Entry[]): string => entries.map((entry) => `${lineOf(entry)}\n`).join("");

export interface Imported {
  readonly entries: readonly NewEntry[];
  /** What is wrong with the first bad line; the good ones are read all the same. */
  readonly problem: string | undefined;
}

/** What was written down: a masked frame is no longer as long as it was. */
const sizeIn = ({ size }: Fields, otherwise: number): number =>
  typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : otherwise;

/** An entry that was written as a line; undefined when it is none. */
export function entryFrom(value: unknown): NewEntry | undefined {
  if (!isFields(value)) return undefined;
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
    };
  }
  if (direction !== "in" && direction !== "out") return undefined;
  if (typeof text === "string") return { kind: "text", direction, at, size: sizeIn(value, utf8Length(text)), text };
  const bytes = typeof hex === "string" ? bytesOf(hex) : undefined;
  return bytes && { kind: "binary", direction, at, size: bytes.length, bytes };
}

/** What `exported` wrote, or anybody else in the same form. */
export function imported(text: string): Imported {
  const entries: NewEntry[] = [];
  let problem: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    let entry: NewEntry | undefined;
    try {
      entry = entryFrom(JSON.parse(line));
    } catch {
      entry = undefined;
    }
    if (entry) entries.push(entry);
    else problem ??= `Line ${index + 1} is no frame: each is {"time":…,"direction":"out","text":…}.`;
  }
  return { entries, problem };
}

/** Longest pause between two frames of a replay, in milliseconds. */
const MOST_PAUSE = 2_000;

export type Sent = Exclude<NewEntry, { direction: "event" }>;

/** The frames that were sent, each with the pause before it in milliseconds. */
export function replayOf(entries: readonly NewEntry[]): { readonly frame: Sent; readonly pause: number }[] {
  let last: number | undefined;
  return entries.flatMap((frame) => {
    if (frame.kind === "event" || frame.direction !== "out") return [];
    const pause = last === undefined ? 0 : Math.min(MOST_PAUSE, Math.max(0, frame.at - last));
    last = frame.at;
    return [{ frame, pause }];
  });
}
