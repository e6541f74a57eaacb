import type { Settings } from "../../src/config/config.ts";
import type { Assets } from "../../src/http/assets.ts";
import { type Log, silentLog } from "../../src/log/log.ts";
import { startDistributedServer } from "./distributed-server.ts";
import { startSingleServer, type TestServer } from "./single-server.ts";

export type { TestServer };

/** Nodes of each server that a test starts; `npm run test:cluster` sets it. */
export const NODES = Number(process.env.TEST_NODES ?? 1);

/**
 * Starts a relay in this process, which may be a cluster behind one port: tests of what clients see pass with both. Settings as in the
 * config file, such as `{ "max-frame": 1024 }`; port and data are ours.
 */
export function startServer(settings: Settings = {}, log: Log = silentLog, assets?: Assets): Promise<TestServer> {
  if (NODES > 1 && settings.cluster === undefined) return startDistributedServer(NODES, settings, log, assets);
  return startSingleServer(settings, log, assets);
}
