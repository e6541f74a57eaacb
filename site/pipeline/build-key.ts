import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Everything the build reads, from the repository's root. */
const SOURCES = [
  ...["site", "packages/client/src", "packages/protocol/src", "examples", "vectors", "docs", "PROTOCOL.md"],
  // Comes with the first measurement.
  "bench/results",
];
const NOT_READ = ["site/test"];

async function* filesIn(root: string, source: string): AsyncGenerator<string> {
  const path = join(root, source);
  if (!existsSync(path)) return;
  if ((await stat(path)).isFile()) {
    yield path;
    return;
  }
  for (const name of (await readdir(path)).toSorted()) {
    const below = `${source}/${name}`;
    if (name !== "node_modules" && !NOT_READ.includes(below)) yield* filesIn(root, below);
  }
}

/** Whether pages are to load themselves again after a restart of the server, as `npm run dev` wants it. */
export const isReloading = (): boolean => process.env.SITE_RELOAD === "1";

/** Stands for all that the build is made from: whoever changes a source gets another key. */
export async function buildKey(root: string): Promise<string> {
  const hash = createHash("sha256").update(`${Bun.version} ${isReloading()}`);
  for (const source of SOURCES) {
    for await (const path of filesIn(root, source)) {
      // The length keeps the end of one file from passing as the beginning of the next.
      const content = await readFile(path);
      hash.update(`${path.slice(root.length)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex").slice(0, 16);
}
