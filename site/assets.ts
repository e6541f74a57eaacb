import { existsSync, mkdtempSync } from "node:fs";
import { access, constants, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Asset, Assets } from "@achex/server/assets";
import { buildKey } from "./pipeline/build-key.ts";
import { loadFiles } from "./pipeline/build-store.ts";
import { type StartBuild, startBuild } from "./serve/builder.ts";
import { longPolling } from "./serve/long-poll.ts";
import { looksLikePage, PendingSite } from "./serve/pending-site.ts";
import { preparingPage } from "./serve/preparing-page.ts";
import { redirectFor } from "./serve/redirects.ts";

const ROOT = join(import.meta.dir, "..");

export interface SiteOptions {
  /** Folder in which builds are cached. */
  readonly cache: string;
  /** Folder for a build that cannot be cached. */
  readonly temporary: string;
  /** Folder of the build included in the package. */
  readonly shipped: string;
  /** Milliseconds after which a page that is not built yet is replaced by one that says so. */
  readonly patience: number;
  /** Starts a build where none is cached. */
  readonly startBuild: StartBuild;
}

const DEFAULTS: SiteOptions = {
  cache: join(ROOT, "node_modules", ".cache", "achex"),
  temporary: tmpdir(),
  shipped: join(import.meta.dir, "dist"),
  patience: 800,
  startBuild,
};

/** The folder in a cache with the build of these sources. */
export const buildFolder = async (cache = DEFAULTS.cache): Promise<string> =>
  join(cache, `site-${await buildKey(ROOT)}`);

/** Removes builds of earlier sources. */
async function removeOldBuilds(cache: string, current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    // Others may be building the same one: their folder has its name and their process.
    if (name.startsWith("site-") && !name.startsWith(basename(current)))
      await rm(join(cache, name), { recursive: true, force: true });
  }
}

const isWritable = (folder: string): Promise<boolean> =>
  mkdir(folder, { recursive: true })
    .then(() => access(folder, constants.W_OK))
    .then(
      () => true,
      () => false,
    );

type Files = ReadonlyMap<string, Asset>;
type RunBuild = (folder: string) => Promise<void>;

/** For a read-only installation, such as one owned by root: each start builds the site into a temporary folder. */
async function buildTemporarily(temporary: string, build: RunBuild): Promise<Files> {
  const folder = mkdtempSync(join(temporary, "achex-site-"));
  try {
    await build(join(folder, "site"));
    return await loadFiles(join(folder, "site"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load({ cache, temporary, shipped }: SiteOptions, build: RunBuild): Promise<Files> {
  // The package includes the built site but not all of its sources, so a build key cannot be computed.
  if (!existsSync(join(ROOT, "PROTOCOL.md"))) return loadFiles(shipped);
  const folder = await buildFolder(cache);
  try {
    return await loadFiles(folder);
  } catch {
    // The site is not built yet.
  }
  if (!(await isWritable(cache))) return buildTemporarily(temporary, build);
  // The folder is unreadable, and would prevent the new build from being moved there.
  await rm(folder, { recursive: true, force: true });
  await build(folder);
  const files = await loadFiles(folder);
  await removeOldBuilds(cache, folder);
  return files;
}

const preparingAfter = (milliseconds: number): Promise<Asset> =>
  new Promise((resolve) => {
    // The timer must not keep a stopping relay alive.
    setTimeout(() => resolve(preparingPage), milliseconds).unref();
  });

export interface SiteAssets extends Assets {
  /** Resolves when everything is built and loaded; rejects if the build failed. */
  readonly complete: Promise<void>;
}

/**
 * The site: from the package, from the cache, or, after a change, built in the background. During a build each page is served
 * as soon as it is ready. The home page is built first, and a requested page before all others
 * (docs/decisions/005-site-build.md).
 */
export function siteAssets(options: Partial<SiteOptions> = {}): SiteAssets {
  const settings = { ...DEFAULTS, ...options };
  const pending = new PendingSite(ROOT, settings.startBuild);
  let files: Files | undefined;
  const loading = load(settings, (folder) => pending.run(folder)).then((loaded) => {
    files = loaded;
    return loaded;
  });
  // The failure is reported with each request. Without this line it would be an unhandled rejection and end the process.
  loading.catch(() => {});
  const inFiles = (path: string): Asset | undefined =>
    files?.get(path) ?? redirectFor(path, (other) => files?.has(other) === true);
  const whileLoading = (path: string): Promise<Asset | undefined> =>
    Promise.race([
      pending.find(path),
      loading.then(() => inFiles(path)),
      ...(looksLikePage(path) ? [preparingAfter(settings.patience)] : []),
    ]);
  const longPoll = longPolling();
  const complete = loading.then(() => {});
  complete.catch(() => {});
  return {
    complete,
    find: (path) => longPoll(path) ?? (files ? inFiles(path) : (pending.get(path) ?? whileLoading(path))),
  };
}
