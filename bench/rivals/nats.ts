import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";

const BINARY = "/usr/sbin/nats-server";

// Port -1 means any free port. The plain TCP listener cannot be disabled, and a fixed port might be in use.
const config = (port: number): string => `
listen: "127.0.0.1:-1"
max_connections: 65536
websocket {
  listen: "127.0.0.1:${port}"
  no_tls: true
}
`;

export const nats: Rival = {
  id: "nats",
  title: "NATS",
  dialect: "nats",
  packages: [{ package: "nats-server", file: BINARY }],
  allowsAnonymous: true,
  version: () => outputOf([BINARY, "--version"]),
  command: (port, folder) => {
    const file = join(folder, "nats.conf");
    writeFileSync(file, config(port));
    return [BINARY, "--config", file];
  },
};
