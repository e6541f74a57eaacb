import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { AccountsPart } from "./accounts/accounts-part.ts";
import { SharedAccounts } from "./accounts/shared-accounts.ts";
import { sqliteAccounts } from "./accounts/sqlite.ts";
import { assemble, type Node } from "./assemble.ts";
import { ClaimsPart } from "./auth/claims-part.ts";
import { createAuth } from "./auth/create-auth.ts";
import { argonPasswords } from "./auth/passwords.ts";
import type { SavableAuth } from "./auth.ts";
import { connectNats } from "./bus/nats.ts";
import { systemClock } from "./clock.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { type Config, ConfigError } from "./config/config.ts";
import { keptStateAge } from "./config/keep-rules.ts";
import { clusteredEngine } from "./engine/clustered.ts";
import { localEngine } from "./engine/local.ts";
import type { FollowedChannel } from "./engine.ts";
import { type Assets, noAssets } from "./http/assets.ts";
import type { ListenHandlers } from "./http/listen-handlers.ts";
import type { Health } from "./http/pages.ts";
import type { ListenerInfo } from "./http/upgrade.ts";
import { LoggedKeep } from "./keep/logged-keep.ts";
import { openKeep, openLoggedKeep } from "./keep/open-keep.ts";
import { SqliteKeep } from "./keep/sqlite-keep.ts";
import type { Log } from "./log/log.ts";
import { failureText } from "./log/log-text.ts";
import { type RestartDeps, type Restored, restoreSessions } from "./resume/restart.ts";
import { sessionCodec } from "./resume/saved-format.ts";
import { closeSessions } from "./resume/stop.ts";
import { tokenSource } from "./resume/token-source.ts";
import { SessionIds, sessionIdFile } from "./session/session-ids.ts";
import { BunListeners } from "./socket/bun.ts";
import { readCertificate } from "./start/certificate.ts";
import { joinCluster } from "./start/cluster.ts";
import { lockData } from "./start/data-lock.ts";
import { checkHandles } from "./start/file-handles.ts";
import { listenError } from "./start/listen-error.ts";
import { meetWorkers } from "./start/meet-workers.ts";
import { orConfigError } from "./start/or-config-error.ts";
import { createStatus, portHandlers } from "./start/port-handlers.ts";
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
  const tls = tlsCert !== undefined && tlsKey !== undefined ? readCertificate(tlsCert, tlsKey) : undefined;
  const isShared = config.workers > 1;
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
function createState({ keep: rules, limits }: Config, log: Log, keepLog: SqliteKeep | LoggedKeep | undefined): State {
  const maxBytes = limits.totalStateBytes;
  if (!(keepLog instanceof SqliteKeep) || !rules.some(({ keepsState }) => keepsState)) return memoryState(maxBytes);
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
  auth: SavableAuth,
  keepLog: SqliteKeep | LoggedKeep | undefined,
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
    createSharedState: () => memoryState(0),
    digest: sha256,
    createEngine: (sink) => (cluster ? clusteredEngine(sink, cluster) : localEngine(sink)),
    ...(cluster && { cluster, handover: { auth, codec: sessionCodec } }),
    ...(keepLog && { keep: { log: keepLog, rules: config.keep } }),
    ...(keepLog instanceof LoggedKeep && keepLog.rooms && { sharedRooms: keepLog.rooms }),
  });
}

/** Ticks once a second, and measures the event-loop delay by how late each tick is. Returns a function that stops it. */
function startTicks(node: Node, others: () => void): () => void {
  let due = systemClock.now() + 1_000;
  return systemClock.every(1_000, () => {
    const now = systemClock.now();
    node.core.counters.observeLoopDelay(Math.max(0, now - due) / 1000);
    due = now + 1_000;
    node.tick();
    others();
    checkHandles(node.core.logThrottle);
  });
}

/** What the nodes of a cluster decide alike about logins. */
interface SharedLogins {
  readonly claims: ClaimsPart | undefined;
  /** Due once a second. */
  tick(): void;
  close(): void;
}

function shareLogins(config: Config, { sharedLog }: Cluster, log: Log): SharedLogins {
  const store = new SharedAccounts(config.accounts ?? config.data);
  const failed = (error: string): void => log.error("the accounts cannot be shared with the other nodes", { error });
  const accounts = new AccountsPart({ log: sharedLog, store, failed });
  const claims = config.auth === "claim" ? new ClaimsPart(sharedLog, systemClock, config.claimTtl) : undefined;
  for (const part of claims ? [accounts, claims] : [accounts]) sharedLog.register(part);
  return {
    claims,
    tick() {
      accounts.tick();
      claims?.tick();
    },
    close: () => store[Symbol.dispose](),
  };
}

/** Restored sessions stay saved if the relay cannot start. */
function openPorts(restored: Restored, listen: () => Ports): Ports {
  try {
    const ports = listen();
    restored.started();
    return ports;
  } catch (error) {
    restored.failed();
    throw error;
  }
}

/** A relay that has not opened its ports yet. */
interface PreparedRelay {
  /** The sessions that the last stop saved; the first client must find them, and the other nodes know them. */
  restore(): Restored;
  open(restored: Restored): Relay;
  /** Releases what it has prepared, if it is not opened. */
  release(): Promise<void>;
}

/** The only place that chooses implementations. Throws ConfigError with one line for the operator. */
function prepareRelay(config: Config, log: Log, assets: Assets, cluster: Cluster | undefined): PreparedRelay {
  const storage = openStorage(config, log);
  const listeners = new BunListeners();
  const shared = cluster && orConfigError("the accounts cannot be shared", () => shareLogins(config, cluster, log));
  const auth = createAuth(config, storage.accounts, systemClock, argonPasswords, shared?.claims);
  const inUse = (channel: FollowedChannel): boolean =>
    node.core.channels.find(channel.instance, channel.kind, channel.name) !== undefined ||
    cluster?.isHeld(channel) === true;
  const keepLog = orConfigError(`the kept messages in ${resolve(config.data)} cannot be used`, () =>
    cluster ? openLoggedKeep(config, log, inUse, cluster.sharedLog) : openKeep(config, log, inUse),
  );
  if (cluster && keepLog instanceof LoggedKeep) cluster.sharedLog.register(keepLog);
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
  const handlers = portHandlers({ config, log, assets, node, stopping: isStopping, status });
  const release = async (): Promise<void> => {
    await keepLog?.close();
    storage.ids.settle();
    storage.accounts.close();
    shared?.close();
    storage.lock.release();
  };
  const open = (restored: Restored): Relay => {
    const ports = openPorts(restored, () => listenAll(config, listeners, handlers));
    const stopTicks = startTicks(node, () => shared?.tick());
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
        await release();
      },
    };
  };
  return { restore: () => restoreSessions(restart), open, release };
}

/** Starts a relay. Throws ConfigError with one line for the operator. */
export function createRelay(config: Config, log: Log, assets: Assets = noAssets): Relay {
  if (config.cluster.length > 0) throw new ConfigError("a node of a cluster is started with startRelay");
  const prepared = prepareRelay(config, log, assets, undefined);
  return prepared.open(prepared.restore());
}

/**
 * Starts a relay, which may be a node of a cluster: then it connects to that first, and accepts clients when `mayOpen` resolves. Rejects
 * with ConfigError.
 */
export async function startRelay(
  config: Config,
  log: Log,
  assets: Assets = noAssets,
  mayOpen: () => Promise<void> = async () => {},
): Promise<Relay> {
  if (config.cluster.length === 0) return createRelay(config, log, assets);
  const { cluster, ready } = await joinCluster(config, log, systemClock, connectNats);
  let prepared: PreparedRelay | undefined;
  try {
    prepared = prepareRelay(config, log, assets, cluster);
    // Sessions need to know what all nodes have decided.
    await ready();
    const restored = prepared.restore();
    await mayOpen()
      .then(() => meetWorkers(config, cluster, systemClock, log))
      .catch((error: unknown) => {
        restored.failed();
        throw error;
      });
    return prepared.open(restored);
  } catch (error) {
    await cluster.close();
    await prepared?.release();
    throw error;
  }
}
