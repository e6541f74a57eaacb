import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Asset } from "@achex/server/assets";
import { type Entry, loadFile } from "../pipeline/build-store.ts";

/** Progress reports of a build: first its pages and the folder of its files, then each file. */
export type Announcement =
  | { readonly pages: readonly string[]; readonly folder: string }
  | { readonly entries: readonly Entry[] };

export interface BuildProgress {
  /** Paths of all pages, known before any of them is built. */
  pages(paths: readonly string[]): void;
  /** A file that is ready, not compressed yet. */
  file(path: string, asset: Asset): void;
}

export interface Build {
  /** Resolves when the folder is complete. Rejects with the build's output if it failed. */
  readonly finished: Promise<void>;
  /** Builds the file with this path next. */
  want(path: string): void;
}

/** Starts a build into a folder. */
export type StartBuild = (root: string, folder: string, progress: BuildProgress) => Build;

/** Builds the site into a folder, in a separate process. */
export function startBuild(root: string, folder: string, progress: BuildProgress): Build {
  const child = Bun.spawn([process.execPath, join(root, "site/build.ts"), folder], {
    cwd: root,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  // A stopping relay does not wait for the build, which continues for the next start.
  child.unref();
  const readAnnouncements = async () => {
    let source = "";
    for await (const line of createInterface({ input: Readable.from(child.stdout) })) {
      const news: Announcement = JSON.parse(line);
      if ("pages" in news) {
        source = news.folder;
        progress.pages(news.pages);
        continue;
      }
      const files = await Promise.all(news.entries.map((entry) => loadFile(source, entry)));
      for (const [path, asset] of files) progress.file(path, asset);
    }
  };
  const run = async () => {
    const [errors, code] = await Promise.all([
      new Response(child.stderr).text(),
      child.exited,
      // The last files may be missing here, because the build has moved its folder. All files are then loaded from the new place.
      readAnnouncements().catch(() => {}),
    ]);
    if (code !== 0) throw new Error(`site/build.ts ended with ${code}: ${errors.trim()}`);
  };
  return {
    finished: run(),
    want(path) {
      child.stdin.write(`${path}\n`);
      child.stdin.flush();
    },
  };
}
