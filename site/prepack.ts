// Run by npm before it packs @achex/site. The package includes the built site, so that an installation does not need to build
// it.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startBuild } from "./serve/builder.ts";

const dist = join(import.meta.dir, "dist");
await rm(dist, { recursive: true, force: true });
const { finished } = startBuild(join(import.meta.dir, ".."), dist, { pages() {}, file() {} });
await finished;
process.exit(0);
