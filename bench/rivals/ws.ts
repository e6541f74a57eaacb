import { fileURLToPath } from "node:url";
import manifest from "ws/package.json" with { type: "json" };
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";

const relay = fileURLToPath(new URL("ws-relay.mjs", import.meta.url));

export const ws: Rival = {
  id: "ws",
  title: "ws",
  dialect: "achex",
  packages: [],
  allowsAnonymous: true,
  version: () => `ws ${manifest.version}, Node ${outputOf(["node", "--version"])}`,
  command: (port) => ["node", relay, String(port)],
};
