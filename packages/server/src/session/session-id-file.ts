import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionIdStore } from "./session-ids.ts";

/** Keeps the last session id in a file of the data folder; written whole and renamed, so that a crash leaves no half number. */
export function sessionIdFile(folder: string): SessionIdStore {
  const path = join(folder, "last-session-id");
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, "utf8").trim();
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
        throw error;
      }
      if (!/^\d{1,10}$/.test(text))
        throw new Error(`${path} should hold one whole number; delete it to count from 1 again`);
      return Number(text);
    },
    save(end) {
      writeFileSync(`${path}.new`, `${end}\n`);
      renameSync(`${path}.new`, path);
    },
  };
}
