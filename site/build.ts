// Run by serve/builder.ts: builds the site into the folder given. A process of its own, so that frames never wait for a
// compiler. Each line of standard output is an Announcement; each line of standard input is a path to build next.
import { rename, rm } from "node:fs/promises";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";
import { isReloading } from "./pipeline/build-key.ts";
import { takeNext } from "./pipeline/build-step.ts";
import { completeStore, type Entry, storeFile } from "./pipeline/build-store.ts";
import { openSite } from "./pipeline/site.ts";
import type { SiteFile } from "./pipeline/site-file.ts";
import type { Announcement } from "./serve/builder.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("build.ts FOLDER");
const unfinished = `${folder}.${process.pid}`;

// The relay may have ended. The build then continues, for the next start.
process.stdout.on("error", () => {});
const announce = (news: Announcement) => void process.stdout.write(`${JSON.stringify(news)}\n`);

const wanted: string[] = [];
const requests = createInterface({ input: process.stdin }).on("line", (path) => wanted.push(path));

/** Lets pending lines of standard input be read. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function build(): Promise<void> {
  const site = await openSite({ reloading: isReloading() });
  announce({ pages: site.pages, folder: unfinished });
  const files: SiteFile[] = [];
  const entries: Entry[] = [];
  const store = async (made: readonly SiteFile[]) => {
    files.push(...made);
    const stored = await Promise.all(made.map((one) => storeFile(unfinished, one)));
    entries.push(...stored);
    announce({ entries: stored });
  };
  const steps = [...site.steps];
  for (let step = takeNext(steps, wanted); step; step = takeNext(steps, wanted)) {
    await store(await step.build());
    // After the first page, the build runs at low priority, so that it does not slow down the relay.
    setPriority(5);
    await nextTurn();
  }
  await store([await site.licences(files)]);
  await completeStore(unfinished, entries);
}

try {
  await build();
  // Renamed in one step, because another server may be building the same folder. If that one was faster, its build is used.
  await rename(unfinished, folder).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")))
      throw error;
  });
} finally {
  await rm(unfinished, { recursive: true, force: true });
  requests.close();
  process.stdin.unref?.();
}
