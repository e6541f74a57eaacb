import type { Settings } from "../../src/config/config.ts";
import { RestartingCluster } from "./restarting-cluster.ts";
import { RestartingRelay } from "./restarting-relay.ts";
import { NODES } from "./server.ts";

/** A relay whose processes tests stop by signals and start again. */
export type Restartable = Pick<RestartingRelay, "url" | "signal" | "stopped" | "start" | "restart"> & AsyncDisposable;

/** Starts a relay in processes of its own, which may be a cluster behind one port, as startServer() does in this process. */
export function startRestartable(settings: Settings = {}): Promise<Restartable> {
  return NODES > 1 ? RestartingCluster.begin(NODES, settings) : RestartingRelay.start(settings);
}
