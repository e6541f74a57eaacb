import type { Entry } from "./entry.ts";
import { isProblem } from "./explanation.ts";
import { hexOf } from "./hex.ts";

export interface Filter {
  readonly show: "all" | "in" | "out" | "event" | "problem";
  /** Case-insensitive; searches the text, or the hex of a binary frame. */
  readonly search: string;
}

export const everything: Filter = { show: "all", search: "" };

/** Only the beginning of a binary frame is searched, to keep typing responsive. */
const MAX_BYTES = 4096;

const textOf = (entry: Entry): string =>
  entry.kind === "binary" ? hexOf(entry.bytes.subarray(0, MAX_BYTES)) : entry.text;

export function matches(entry: Entry, { show, search }: Filter): boolean {
  if (show === "problem" ? !isProblem(entry) : show !== "all" && entry.direction !== show) return false;
  if (search === "") return true;
  return textOf(entry).toLowerCase().includes(search.toLowerCase());
}
