import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clock } from "../clock.ts";
import { type Config, ConfigError, createConfig } from "../config/config.ts";
import type { Settings } from "../config/layers.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Ports } from "../relay.ts";
import { type DataLock, lockData } from "../start/data-lock.ts";
import { workerNames } from "../start/meet-workers.ts";
import { version } from "../version.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { logPrefix } from "./log-lines.ts";
import { type OwnNats, startOwnNats } from "./nats-process.ts";
import { findPorts } from "./worker-ports.ts";
import { type WorkerSettings, Workers, type WorkersDeps } from "./workers.ts";

/** Base of the nodes' names without --node. */
const DEFAULT_NAME = "worker";

export interface SupervisorDeps extends Pick<WorkersDeps, "command" | "environment" | "log"> {
  readonly config: Config;
  /** What `config` was made of. */
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly colours: boolean;
  /** Resolves when it is to stop; also workers that are not ready end then. */
  readonly stopped: Promise<unknown>;
  write(text: string, isError: boolean): void;
}

export interface Supervisor {
  readonly ports: Ports;
  readonly admin: number | undefined;
  /** Names of the nodes. */
  readonly nodes: readonly string[];
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** The settings of each worker: those of the relay, with a name and a data folder of its own. Throws ConfigError. */
export function workerSettings(config: Config, settings: Settings, ports: Ports, cluster: string): WorkerSettings[] {
  return workerNames(config.node ?? DEFAULT_NAME, config.workers).map((name, at) => {
    const own: Settings = {
      ...settings,
      cluster,
      node: name,
      data: join(resolve(config.data), `worker-${at + 1}`),
      accounts: resolve(config.accounts ?? config.data),
      port: ports.main,
      ...(ports.tls !== undefined && { "tls-port": ports.tls }),
      ...(ports.cloud !== undefined && { "cloud-port": ports.cloud }),
    };
    // So that what a node of a cluster cannot have is reported once, and by this process.
    createConfig([{ origin: (key) => key, settings: own }]);
    return { name, settings: own };
  });
}

function lockFolder(folder: string): DataLock {
  try {
    mkdirSync(folder, { recursive: true });
    return lockData(folder);
  } catch (error) {
    throw new ConfigError(`data folder ${resolve(folder)} cannot be used: ${failureText(error)}`);
  }
}

/** What has been started, in that order, so that it can be ended in the opposite one. */
class Started {
  private readonly ends: (() => Promise<void> | void)[] = [];

  add(end: () => Promise<void> | void): void {
    this.ends.push(end);
  }

  async end(): Promise<void> {
    for (let end = this.ends.pop(); end; end = this.ends.pop()) await end();
  }
}

/**
 * Starts the workers, and NATS if no server is named. Resolves when all accept connections, or it is to stop; rejects with ConfigError.
 */
export async function startSupervisor(deps: SupervisorDeps): Promise<Supervisor> {
  const { config, settings, log } = deps;
  const started = new Started();
  let signal: NodeJS.Signals = "SIGTERM";
  try {
    const lock = lockFolder(config.data);
    started.add(() => lock.release());
    const ports = await findPorts(config);
    // Settings that do not fit are reported before anything starts.
    workerSettings(config, settings, ports, config.cluster.join(",") || "nats://127.0.0.1");
    const nats = config.cluster.length > 0 ? undefined : await startNats(deps);
    if (nats) started.add(() => nats.stop());
    const list = workerSettings(config, settings, ports, nats?.url ?? config.cluster.join(","));
    const workers = startWorkers(deps, list);
    started.add(() => workers.stop(signal));
    const ready = workers.ready().catch((error: unknown) => {
      throw new ConfigError(`a worker could not start: ${failureText(error)}`);
    });
    await Promise.race([ready, deps.stopped]);
    const admin = openAdminOf(config, workers);
    if (admin) started.add(() => admin.close());
    return {
      ports,
      admin: admin?.port,
      nodes: list.map(({ name }) => name),
      async stop(given) {
        signal = given;
        await started.end();
      },
    };
  } catch (error) {
    log.debug("the start failed; ending what was started");
    await started.end();
    throw error;
  }
}

function startNats({ config, clock, log, write, colours }: SupervisorDeps): Promise<OwnNats> {
  const prefixed = logPrefix("nats-server", { log: config.log, colours });
  return startOwnNats({ folder: join(config.data, "nats"), clock, log, wrote: (line) => write(prefixed(line), true) });
}

function startWorkers(deps: SupervisorDeps, workers: readonly WorkerSettings[]): Workers {
  const { config, colours, write } = deps;
  const prefixes = new Map(workers.map(({ name }) => [name, logPrefix(name, { log: config.log, colours })]));
  return new Workers({
    ...deps,
    workers,
    version,
    wrote: (name, line, isError) => write(prefixes.get(name)?.(line) ?? `${line}\n`, isError),
  });
}

const openAdminOf = ({ host, adminPort }: Config, workers: Workers): Admin | undefined =>
  adminPort === undefined ? undefined : openAdmin(host, adminPort, workers);
