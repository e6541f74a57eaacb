import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { siteAssets } from "@achex/site";
import manifest from "../../packages/cli/package.json" with { type: "json" };
import { outputWithin } from "../lib/processes.ts";
import type { Rival } from "../lib/types.ts";

const here = fileURLToPath(new URL("../..", import.meta.url));

/** The command line of the relay of a checkout; by default of this one. */
const commandOf = (port: number, folder: string, checkout = here): string[] => [
  process.execPath,
  join(checkout, "packages/cli/src/main.ts"),
  "serve",
  "--port",
  String(port),
  "--data",
  folder,
  // All limits are on. Two are raised because the benchmark would exceed them; they are still checked.
  "--max-frames-per-second",
  "1000000",
  "--max-delivered-bytes-per-second",
  "1GiB",
  "--log-level",
  "error",
];

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
  command: (port, folder) => commandOf(port, folder),
};

const BUILD_LIMIT_MS = 180_000;

/** The relay of another checkout. */
export const oursAt = (checkout: string): Rival => ({
  ...ours,
  title: `Achex at ${checkout}`,
  // Its pages are built by its own code.
  async prepare() {
    const built = `const { siteAssets } = await import(${JSON.stringify(join(checkout, "site/assets.ts"))}); await siteAssets().complete`;
    await outputWithin([process.execPath, "-e", built], BUILD_LIMIT_MS);
  },
  command: (port, folder) => commandOf(port, folder, checkout),
});
