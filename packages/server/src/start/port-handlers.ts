import type { Node } from "../assemble.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Assets } from "../http/assets.ts";
import { clientAddress, trustedProxies } from "../http/client-address.ts";
import type { ListenHandlers } from "../http/listen-handlers.ts";
import { createPages, type Health } from "../http/pages.ts";
import { RequestScheduler } from "../http/request-scheduler.ts";
import { decideUpgrade, type UpgradeDeps } from "../http/upgrade.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import { createMetrics } from "../metrics/prometheus.ts";
import { readingsOf } from "../metrics/readings.ts";
import type { Core } from "../node/core.ts";
import { version } from "../version.ts";
import { clusterHealth } from "./cluster.ts";
import { fileHandleLimit, sessionsThatFit } from "./file-handles.ts";
import { orConfigError } from "./or-config-error.ts";

const requestFailed =
  ({ logThrottle }: Core) =>
  (error: unknown): void => {
    const cause = failureText(error);
    logThrottle.error("a request could not be answered", cause, { error: cause });
  };

export interface PortDeps {
  readonly config: Config;
  readonly log: Log;
  readonly assets: Assets;
  readonly node: Node;
  readonly stopping: () => boolean;
  readonly status: ReturnType<typeof createStatus>;
}

/** What the node says of itself. */
export function createStatus(node: Node, stopping: () => boolean, keepBytes: () => number) {
  const started = systemClock.now();
  const uptimeSeconds = () => Math.round((systemClock.now() - started) / 100) / 10;
  return {
    metrics: createMetrics(node.core.counters, readingsOf(node.core, uptimeSeconds, keepBytes)),
    health: (): Health => ({
      status: stopping() ? "stopping" : "ok",
      version,
      uptime: uptimeSeconds(),
      sessions: node.core.sessions.size,
      ...clusterHealth(node.core),
    }),
  };
}

/** What the ports do with handshakes, sockets and plain HTTP. */
export function portHandlers({ config, log, assets, node, stopping, status }: PortDeps): ListenHandlers {
  const trusted = orConfigError("trust-proxy contains something that is not an address", () =>
    trustedProxies(config.trustProxy),
  );
  const { sessions, counters } = node.core;
  const pages = createPages({ assets, log, clock: systemClock, ...status });
  const handles = fileHandleLimit();
  const upgradeDeps: UpgradeDeps = {
    limits: config.limits,
    origins: config.origins,
    addresses: node.addresses,
    counters,
    clock: systemClock,
    openSessions: () => sessions.size,
    openConnections: () => sessions.size - node.core.away.count + node.connections.waiting,
    sessionsThatFit: handles === undefined ? undefined : sessionsThatFit(handles),
    stopping,
  };
  const http = new RequestScheduler(pages, systemClock);
  const addressOf = (request: Request, peer: string) =>
    clientAddress(peer, request.headers.get("x-forwarded-for"), trusted);
  return {
    upgrade: ({ request, peer, listener }) =>
      decideUpgrade(upgradeDeps, {
        url: new URL(request.url),
        origin: request.headers.get("origin"),
        subprotocols: request.headers.get("sec-websocket-protocol"),
        address: addressOf(request, peer),
        listener,
      }),
    respond: (request, peer) => http.handle(request, addressOf(request, peer)),
    failed: requestFailed(node.core),
    open: (handshake, socket) => node.open(handshake, socket) !== undefined,
  };
}
