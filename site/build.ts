// Run by assets.ts: builds the site into the folder given. A process of its own, so that frames never wait for a compiler.
import { rename, rm } from "node:fs/promises";
import { setPriority } from "node:os";
import { isReloading } from "./pipeline/build-key.ts";
import { storeFiles } from "./pipeline/build-store.ts";
import { buildSite } from "./pipeline/site.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("build.ts FOLDER");
setPriority(10);
const unfinished = `${folder}.${process.pid}`;
try {
  await storeFiles(unfinished, await buildSite({ reloading: isReloading() }));
  // In one step, since another server may be waiting for the same folder; whoever comes second has nothing to add.
  await rename(unfinished, folder).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")))
      throw error;
  });
} finally {
  await rm(unfinished, { recursive: true, force: true });
}
