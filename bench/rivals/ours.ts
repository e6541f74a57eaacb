import { fileURLToPath } from "node:url";
import { siteAssets } from "@achex/site";
import manifest from "../../packages/cli/package.json" with { type: "json" };
import type { Rival } from "../lib/types.ts";

const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export const ours: Rival = {
  id: "ours",
  title: "Achex",
  dialect: "achex",
  needs: [],
  hasAnonymous: true,
  // A relay that starts for the first time builds its pages, and would be measured doing so.
  async prepare() {
    await siteAssets().find("/");
  },
  version: () => `Achex ${manifest.version}, Bun ${Bun.version}`,
  // Every limit stays as it ships except the frame rate, which the benchmark exists to exceed.
  command: (port, folder) => [
    process.execPath,
    main,
    "serve",
    "--port",
    String(port),
    "--data",
    folder,
    "--max-frames-per-second",
    "0",
    "--log-level",
    "error",
  ],
};
