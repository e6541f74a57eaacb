import * as v from "valibot";
import type { Entry } from "../rules/game.ts";
import { CHUNKS, entrySchema } from "./schemas.ts";

/** Characters of a chunk of the log. Small, because the last one is written again and again. */
const SIZE = 4_000;

export interface Chunked {
  /** Whole chunks. */
  readonly chunks: readonly string[];
  readonly tail: string;
  /** Position of the first move of the tail. */
  readonly from: number;
}

/** Cuts a log into texts for the state of the room. A chunk that is whole never changes again. Undefined if the log is too long for it. */
export function chunked(entries: readonly Entry[]): Chunked | undefined {
  const chunks: string[] = [];
  let lines: string[] = [];
  let size = 0;
  let from = 0;
  for (const [index, entry] of entries.entries()) {
    const line = JSON.stringify(entry);
    if (size + line.length > SIZE && lines.length > 0) {
      chunks.push(lines.join("\n"));
      lines = [];
      size = 0;
      from = index;
    }
    lines.push(line);
    size += line.length + 1;
  }
  return chunks.length > CHUNKS ? undefined : { chunks, tail: lines.join("\n"), from };
}

/** The moves of a chunk; undefined if it is damaged. */
export function entriesIn(text: string): Entry[] | undefined {
  try {
    const checked = v.safeParse(
      v.array(entrySchema),
      text === "" ? [] : text.split("\n").map((line) => JSON.parse(line)),
    );
    return checked.success ? checked.output : undefined;
  } catch {
    return undefined;
  }
}
