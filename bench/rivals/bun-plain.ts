import { fileURLToPath } from "node:url";
import type { Rival } from "../lib/types.ts";

const relay = fileURLToPath(new URL("bun-relay.mjs", import.meta.url));

export const bunPlain: Rival = {
  id: "bun-plain",
  title: "Plain Bun",
  dialect: "achex",
  packages: [],
  allowsAnonymous: true,
  version: () => `Bun ${Bun.version}`,
  command: (port) => [process.execPath, relay, String(port)],
};
