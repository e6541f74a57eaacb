import type { Entry } from "../model/entry.ts";
import { hexOf } from "../model/hex.ts";
import type { Client } from "../state/client.ts";

export const rawOf = (entry: Entry): string => (entry.kind === "binary" ? hexOf(entry.bytes) : entry.text);

/** Puts what came, byte for byte, on the clipboard. */
export async function copyEntry(client: Client, entry: Entry): Promise<void> {
  try {
    await navigator.clipboard.writeText(rawOf(entry));
    client.copied.value = entry;
  } catch {
    client.problem.value =
      "The browser does not let this page copy: it allows that on localhost and over https only. Select the text and press Ctrl+C.";
  }
}
