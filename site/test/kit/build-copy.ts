import { cpSync } from "node:fs";
import { buildFolder } from "../../assets.ts";
import { loadFiles } from "../../pipeline/build-store.ts";
import type { StartBuild } from "../../serve/builder.ts";
import { looksLikePage } from "../../serve/pending-site.ts";
import { siteComplete } from "./relay.ts";

/** Builds that have been started. */
export interface BuildCopy {
  readonly startBuild: StartBuild;
  readonly started: () => number;
}

/**
 * Does what a build does, but copies the finished one of these sources: a build takes ten seconds of a core. It says at once which pages
 * there are, and delivers files when `released` resolves.
 */
export function createBuildCopy(released: Promise<unknown> = Promise.resolve()): BuildCopy {
  let started = 0;
  return {
    started: () => started,
    startBuild(_, folder, progress) {
      started++;
      const run = async () => {
        await siteComplete;
        const source = await buildFolder();
        const files = await loadFiles(source);
        progress.pages([...files.keys()].filter(looksLikePage));
        await released;
        for (const [path, asset] of files) progress.file(path, { ...asset, encodings: [] });
        cpSync(source, folder, { recursive: true });
      };
      return { finished: run(), want() {} };
    },
  };
}
