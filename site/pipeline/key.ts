import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Everything the build reads, from the repository's root. */
const SOURCES = ["site", "packages/client/src", "packages/protocol/src"];
const NOT_READ = ["node_modules", "test"];

async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !NOT_READ.includes(entry.name)) yield* filesIn(path);
  }
}

/** Stands for all that the build is made from: whoever changes a source gets another key. */
export async function buildKey(root: string): Promise<string> {
  const hash = createHash("sha256").update(Bun.version);
  for (const source of SOURCES) {
    for await (const path of filesIn(join(root, source))) {
      // The length keeps the end of one file from passing as the beginning of the next.
      const content = await readFile(path);
      hash.update(`${path.slice(root.length)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex").slice(0, 16);
}
