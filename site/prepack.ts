// Run by npm before it packs @achex/site: the package brings the site built, so that an installation has nothing to build.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startBuild } from "./serve/builder.ts";

const dist = join(import.meta.dir, "dist");
await rm(dist, { recursive: true, force: true });
const { finished } = startBuild(join(import.meta.dir, ".."), dist, { pages() {}, file() {} });
await finished;
process.exit(0);
