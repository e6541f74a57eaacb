import type { Entry } from "./entry.ts";
import { hexOf } from "./hex.ts";

export interface Filter {
  readonly show: "all" | "in" | "out" | "event";
  /** Looked for anywhere in the text, or in the hex of a binary frame; case does not matter. */
  readonly search: string;
}

export const everything: Filter = { show: "all", search: "" };

/** More of a binary frame is not searched, so that typing stays quick. */
const MOST_BYTES = 4096;

const textOf = (entry: Entry): string =>
  entry.kind === "binary" ? hexOf(entry.bytes.subarray(0, MOST_BYTES)) : entry.text;

export function matches(entry: Entry, { show, search }: Filter): boolean {
  if (show !== "all" && entry.direction !== show) return false;
  if (search === "") return true;
  return textOf(entry).toLowerCase().includes(search.toLowerCase());
}
