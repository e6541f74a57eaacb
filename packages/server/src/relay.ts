import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { sqliteAccounts } from "./accounts/sqlite.ts";
import { assemble, type Node } from "./assemble.ts";
import { createAuth } from "./auth/create-auth.ts";
import type { Auth } from "./auth.ts";
import { connectNats } from "./bus/nats.ts";
import { systemClock } from "./clock.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { type Config, ConfigError } from "./config/config.ts";
import { keptStateAge } from "./config/keep-rules.ts";
import { clusteredEngine } from "./engine/clustered.ts";
import { localEngine } from "./engine/local.ts";
import { type Assets, noAssets } from "./http/assets.ts";
import { clientAddress, trustedProxies } from "./http/client-address.ts";
import { createPages, type Health } from "./http/pages.ts";
import { RequestScheduler } from "./http/request-scheduler.ts";
import { decideUpgrade, type ListenerInfo, type UpgradeDeps } from "./http/upgrade.ts";
import { openKeep } from "./keep/open-keep.ts";
import type { SqliteKeep } from "./keep/sqlite-keep.ts";
import type { Log } from "./log/log.ts";
import { failureText } from "./log/log-text.ts";
import { createMetrics } from "./metrics/prometheus.ts";
import { readingsOf } from "./metrics/readings.ts";
import type { Core } from "./node/core.ts";
import { type RestartDeps, restoreSessions } from "./resume/restart.ts";
import { closeSessions } from "./resume/stop.ts";
import { tokenSource } from "./resume/token-source.ts";
import { SessionIds, sessionIdFile } from "./session/session-ids.ts";
import { BunListeners, type ListenHandlers } from "./socket/bun.ts";
import { readCertificate } from "./start/certificate.ts";
import { clusterHealth, joinCluster } from "./start/cluster.ts";
import { lockData } from "./start/data-lock.ts";
import { checkHandles, fileHandleLimit, sessionsThatFit } from "./start/file-handles.ts";
import { listenError } from "./start/listen-error.ts";
import { keptState } from "./state/kept-state.ts";
import { memoryState } from "./state/memory-state.ts";
import { sha256 } from "./state/sha256.ts";
import type { State } from "./state.ts";
import { version } from "./version.ts";

/** Ports in use, as assigned by the operating system. */
export interface Ports {
  readonly main: number;
  readonly tls: number | undefined;
  readonly cloud: number | undefined;
}

export interface Relay {
  readonly ports: Ports;
  health(): Health;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /**
   * Accepts no more connections, closes the sessions that cannot be resumed with 1001 over the drain time, saves the others for
   * the next start, and releases everything.
   */
  stop(): Promise<void>;
}

/** Runs something that can fail for a reason the operator can fix; turns the failure into a ConfigError of one line. */
function orConfigError<Result>(what: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${what}: ${failureText(error)}`);
  }
}

function openStorage(config: Config, log: Log) {
  return orConfigError(`data folder ${resolve(config.data)} cannot be used`, () => {
    mkdirSync(config.data, { recursive: true });
    const lock = lockData(config.data);
    const store = sessionIdFile(config.data);
    // Written at once, so that a read-only folder prevents the start instead of failing with the first client.
    store.save(store.load());
    const ids = new SessionIds(store, {
      saveFailed: (error) =>
        log.error("the last session id cannot be stored; after a crash some ids would be reused", {
          error: failureText(error),
          data: resolve(config.data),
        }),
      startedOver: () => log.warn("all session ids have been used; they restart at 1 and skip ids that are in use"),
    });
    return { ids, accounts: sqliteAccounts(config.accounts ?? config.data), lock };
  });
}

function listenAll(config: Config, listeners: BunListeners, handlers: ListenHandlers): Ports {
  const { host, tlsCert, tlsKey, limits } = config;
  const isShared = config.workers > 1;
  const tls = tlsCert !== undefined && tlsKey !== undefined ? readCertificate(tlsCert, tlsKey) : undefined;
  let listenerCount = 0;
  const listen = (flag: string, port: number, rootDialect: ListenerInfo["rootDialect"], secure: typeof tls): number => {
    const listener = { rootDialect, index: listenerCount++ };
    try {
      return listeners.listen({ hostname: host, port, tls: secure, listener, limits, isShared }, handlers);
    } catch (error) {
      throw listenError(error, { host, port, flag });
    }
  };
  return {
    main: listen("--port", config.port, "classic", undefined),
    tls: tls && listen("--tls-port", config.tlsPort, "classic", tls),
    cloud: config.cloudPort === undefined ? undefined : listen("--cloud-port", config.cloudPort, "cloud", tls),
  };
}

/** The states of rooms: those that are kept in the data folder, all others in memory. */
function createState({ keep: rules, limits }: Config, log: Log, keepLog: SqliteKeep | undefined): State {
  const maxBytes = limits.totalStateBytes;
  if (!keepLog || !rules.some(({ keepsState }) => keepsState)) return memoryState(maxBytes);
  return keptState({
    store: keepLog.rooms,
    ageOf: (room) => keptStateAge(rules, room),
    maxBytes,
    clock: systemClock,
    failed: (error) => log.error("the state of a kept room cannot be read", { error }),
  });
}

function assembleNode(
  config: Config,
  log: Log,
  listeners: BunListeners,
  storage: ReturnType<typeof openStorage>,
  auth: Auth,
  keepLog: SqliteKeep | undefined,
  cluster: Cluster | undefined,
): Node {
  return assemble({
    version,
    limits: config.limits,
    auth,
    topics: listeners,
    ids: cluster?.blocks ?? storage.ids,
    tokens: tokenSource,
    clock: systemClock,
    log,
    state: createState(config, log, keepLog),
    digest: sha256,
    createEngine: (sink) => (cluster ? clusteredEngine(sink, cluster) : localEngine(sink)),
    ...(cluster && { cluster }),
    ...(keepLog && { keep: { log: keepLog, rules: config.keep } }),
  });
}

/** Ticks once a second, and measures the event-loop delay by how late each tick is. Returns a function that stops it. */
function startTicks(node: Node): () => void {
  let due = systemClock.now() + 1_000;
  return systemClock.every(1_000, () => {
    const now = systemClock.now();
    node.core.counters.observeLoopDelay(Math.max(0, now - due) / 1000);
    due = now + 1_000;
    node.tick();
    checkHandles(node.core.logThrottle);
  });
}

const requestFailed =
  ({ logThrottle }: Core) =>
  (error: unknown): void => {
    const cause = failureText(error);
    logThrottle.error("a request could not be answered", cause, { error: cause });
  };

interface PortDeps {
  readonly config: Config;
  readonly log: Log;
  readonly assets: Assets;
  readonly node: Node;
  readonly stopping: () => boolean;
  readonly status: ReturnType<typeof createStatus>;
}

/** What the node says of itself. */
function createStatus(node: Node, stopping: () => boolean, keepBytes: () => number) {
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
function listenHandlers({ config, log, assets, node, stopping, status }: PortDeps): ListenHandlers {
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

/** Restored sessions must be there before the first client can connect, and stay saved if the relay cannot start. */
function restoreAndListen(restart: RestartDeps, listen: () => Ports): Ports {
  const restored = restoreSessions(restart);
  try {
    const ports = listen();
    restored.started();
    return ports;
  } catch (error) {
    restored.failed();
    throw error;
  }
}

/** Starts a relay: the only place that chooses implementations. Throws ConfigError with one line for the operator. */
export function createRelay(config: Config, log: Log, assets: Assets = noAssets, cluster?: Cluster): Relay {
  if (!cluster && config.cluster.length > 0) throw new ConfigError("a node of a cluster is started with startRelay");
  const storage = openStorage(config, log);
  const listeners = new BunListeners();
  const auth = createAuth(config, storage.accounts, systemClock);
  const keepLog = orConfigError(`the kept messages in ${resolve(config.data)} cannot be used`, () =>
    openKeep(config, log, ({ instance, kind, name }) => node.core.channels.find(instance, kind, name) !== undefined),
  );
  const node: Node = assembleNode(config, log, listeners, storage, auth, keepLog, cluster);
  const restart: RestartDeps = {
    folder: config.data,
    core: node.core,
    auth,
    authMode: config.auth,
    ids: storage.ids,
    log,
    createSession: (id, instance, address) => node.connections.restore(id, instance, address),
  };
  let stopping = false;
  const isStopping = () => stopping;
  const status = createStatus(node, isStopping, () => keepLog?.usedBytes ?? 0);
  const handlers = listenHandlers({ config, log, assets, node, stopping: isStopping, status });
  const ports = restoreAndListen(restart, () => listenAll(config, listeners, handlers));
  const stopTicks = startTicks(node);
  return {
    ports,
    health: status.health,
    metrics: () => status.metrics.metrics(),
    async stop() {
      if (stopping) return;
      stopping = true;
      listeners.stop();
      await closeSessions(restart, config.drain, listeners);
      stopTicks();
      await listeners.close();
      await node.core.engine.close();
      await keepLog?.close();
      storage.ids.settle();
      storage.accounts.close();
      storage.lock.release();
    },
  };
}

/** Starts a relay, which may be a node of a cluster: then it connects to that first. Rejects with ConfigError. */
export async function startRelay(config: Config, log: Log, assets: Assets = noAssets): Promise<Relay> {
  if (config.cluster.length === 0) return createRelay(config, log, assets);
  const cluster = await joinCluster(config, log, systemClock, connectNats);
  try {
    return createRelay(config, log, assets, cluster);
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
