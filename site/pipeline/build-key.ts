import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Inputs of the build in addition to the site and the workspace packages it depends on, relative to the repository. */
const OTHER_INPUTS = [
  ...["docs", "examples", "vectors", "bench/results", "PROTOCOL.md", "LICENSE", "packages/client/README.md"],
  // The exact version of every bundled package, and the settings of the compiler and the bundler.
  ...["package.json", "package-lock.json", "tsconfig.json"],
];
const NOT_READ = /^site\/(?:test|dist|demos\/[^/]+\/test)$|(?:^|\/)node_modules$/;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Source folders of all workspace packages that a package depends on, directly or indirectly, because pages bundle files from
 * any of them.
 */
async function packageInputs(root: string, folder: string, seen = new Set<string>()): Promise<string[]> {
  const manifest: Manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const below = name.replace(/^@achex\//, "packages/");
    if (below === name || seen.has(below)) continue;
    seen.add(below);
    await packageInputs(root, below, seen);
  }
  return [...seen].flatMap((one) => [`${one}/package.json`, `${one}/src`]);
}

async function* filesIn(root: string, path: string): AsyncGenerator<string> {
  // Some inputs may not exist, for example measurements before the first run.
  if (NOT_READ.test(path) || !existsSync(join(root, path))) return;
  if ((await stat(join(root, path))).isFile()) yield path;
  else for (const name of await readdir(join(root, path))) yield* filesIn(root, `${path}/${name}`);
}

/** Every file the build reads except installed packages, as sorted paths from the root. */
export async function buildInputs(root: string): Promise<string[]> {
  const inputs: string[] = [];
  for (const path of ["site", ...(await packageInputs(root, "site")), ...OTHER_INPUTS]) {
    for await (const file of filesIn(root, path)) inputs.push(file);
  }
  return inputs.toSorted();
}

/** Whether pages reload after a restart of the server, as with `npm run dev`. */
export const isReloading = (): boolean => process.env.SITE_RELOAD === "1";

/** A hash of all inputs of the build. A change of any input changes it. */
export async function buildKey(root: string): Promise<string> {
  const hash = createHash("sha256").update(`${Bun.version} ${isReloading()}`);
  for (const path of await buildInputs(root)) {
    const content = await readFile(join(root, path));
    // Without the length, moving bytes from the end of one file to the start of the next would not change the hash.
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}
