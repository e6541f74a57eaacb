import { mkdtempSync } from "node:fs";
import { access, constants, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Asset, Assets } from "@achex/server/assets";
import { longPolling } from "./long-poll.ts";
import { buildKey } from "./pipeline/build-key.ts";
import { loadFiles } from "./pipeline/build-store.ts";

const root = join(import.meta.dir, "..");
const CACHE = join(root, "node_modules", ".cache", "achex");

interface Folders {
  /** Where builds are kept. */
  readonly cache: string;
  /** Where one is made when nothing can be kept. */
  readonly temporary: string;
}

async function build(folder: string): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "build.ts"), folder], {
    cwd: root,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  // A relay that is told to stop must not wait for it; it finishes by itself, for the next start.
  child.unref();
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  if (code !== 0) throw new Error(`site/build.ts ended with ${code}: ${said.trim()}`);
}

/** Builds that nothing asks for any more. */
async function removeOldBuilds(cache: string, key: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith("site-") && !name.includes(key)) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** Where the installation may not be written to, such as one of root's: each start builds, and leaves nothing behind. */
async function buildTemporarily(temporary: string): Promise<Map<string, Asset>> {
  const folder = mkdtempSync(join(temporary, "achex-site-"));
  try {
    await build(join(folder, "site"));
    return await loadFiles(join(folder, "site"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load({ cache, temporary }: Folders): Promise<Map<string, Asset>> {
  const key = await buildKey(root);
  const folder = join(cache, `site-${key}`);
  try {
    return await loadFiles(folder);
  } catch {
    // Not built yet.
  }
  try {
    await mkdir(cache, { recursive: true });
    await access(cache, constants.W_OK);
  } catch {
    return buildTemporarily(temporary);
  }
  // What is there cannot be read, and would stand in the way.
  await rm(folder, { recursive: true, force: true });
  await build(folder);
  const files = await loadFiles(folder);
  await removeOldBuilds(cache, key);
  return files;
}

/**
 * The site, from the cache or, after a change, built in the background: whoever asks meanwhile waits, a second or two
 * (docs/decisions/005-site-build.md).
 */
export function siteAssets({ cache = CACHE, temporary = tmpdir() }: Partial<Folders> = {}): Assets {
  let files: ReadonlyMap<string, Asset> | undefined;
  const loading = load({ cache, temporary }).then((loaded) => {
    files = loaded;
    return loaded;
  });
  // It is told to those who ask; without this line it would end the process when nobody does.
  loading.catch(() => {});
  const held = longPolling();
  return { find: (path) => held(path) ?? (files ? files.get(path) : loading.then((loaded) => loaded.get(path))) };
}
