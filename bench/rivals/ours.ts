import { fileURLToPath } from "node:url";
import { siteAssets } from "@achex/site";
import manifest from "../../packages/cli/package.json" with { type: "json" };
import type { Rival } from "../lib/types.ts";

const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export const ours: Rival = {
  id: "ours",
  title: "Achex",
  dialect: "achex",
  packages: [],
  allowsAnonymous: true,
  // A relay builds its pages when it starts for the first time, which would disturb the measurement.
  async prepare() {
    await siteAssets().complete;
  },
  version: () => `Achex ${manifest.version}, Bun ${Bun.version}`,
  // All limits are on. Two are raised because the benchmark would exceed them; they are still checked.
  command: (port, folder) => [
    process.execPath,
    main,
    "serve",
    "--port",
    String(port),
    "--data",
    folder,
    "--max-frames-per-second",
    "1000000",
    "--max-delivered-bytes-per-second",
    "1GiB",
    "--log-level",
    "error",
  ],
};
