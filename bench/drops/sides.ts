// What is measured: a server, the process its clients run in, and whether the server restarts meanwhile.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "socket.io/package.json" with { type: "json" };
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";
import { ours } from "../rivals/ours.ts";
import { socketio } from "../rivals/socketio.ts";

export const sideIds = [
  "ours",
  "socketio",
  "socketio-retries",
  "ours-restart",
  "socketio-restart",
  "ours-off",
] as const;
export type SideId = (typeof sideIds)[number];

export interface DropSide {
  readonly id: SideId;
  readonly title: string;
  readonly server: Rival;
  readonly restarts: boolean;
  /** Command line of the clients' process, without its options. */
  clients(): Promise<readonly string[]>;
  readonly mode: string;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const buildFolder = here("../../build/bench");

const oursClients = async (): Promise<readonly string[]> => [process.execPath, here("achex-fleet.ts")];

/** Socket.IO's client runs on Node, which cannot read TypeScript. */
const socketioClients = async (): Promise<readonly string[]> => {
  mkdirSync(buildFolder, { recursive: true });
  const outfile = join(buildFolder, "socketio-fleet.mjs");
  const built = await Bun.build({ entrypoints: [here("socketio-fleet.ts")], target: "node", format: "esm" });
  const [output] = built.outputs;
  if (!built.success || !output) throw new Error(built.logs.join("\n"));
  await Bun.write(outfile, output);
  return ["node", outfile];
};

const recovering: Rival = {
  ...socketio,
  title: "Socket.IO with connection state recovery",
  version: () => `Socket.IO ${manifest.version}, Node ${outputOf(["node", "--version"])}`,
  command: (port) => ["node", here("socketio-relay.mjs"), String(port)],
};

const withOurs = { server: ours, clients: oursClients };
const withSocketio = { server: recovering, clients: socketioClients };

export const sides: readonly DropSide[] = [
  { id: "ours", title: "Achex", ...withOurs, restarts: false, mode: "" },
  { id: "socketio", title: "Socket.IO, recovery", ...withSocketio, restarts: false, mode: "" },
  {
    id: "socketio-retries",
    title: "Socket.IO, recovery and retries",
    ...withSocketio,
    restarts: false,
    mode: "retries",
  },
  { id: "ours-restart", title: "Achex, restarted every minute", ...withOurs, restarts: true, mode: "" },
  {
    id: "socketio-restart",
    title: "Socket.IO, recovery, restarted every minute",
    ...withSocketio,
    restarts: true,
    mode: "",
  },
  { id: "ours-off", title: "Achex without resume", ...withOurs, restarts: false, mode: "off" },
];
