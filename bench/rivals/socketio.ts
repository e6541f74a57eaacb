import { fileURLToPath } from "node:url";
import manifest from "socket.io/package.json" with { type: "json" };
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";

const relay = fileURLToPath(new URL("socketio-relay.mjs", import.meta.url));

export const socketio: Rival = {
  id: "socketio",
  title: "Socket.IO",
  dialect: "socketio",
  packages: [],
  allowsAnonymous: true,
  version: () => `Socket.IO ${manifest.version}, Node ${outputOf(["node", "--version"])}`,
  command: (port) => ["node", relay, String(port)],
};
