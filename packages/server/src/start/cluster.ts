import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BusSettings, OpenBus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { Cluster } from "../cluster/cluster.ts";
import { type Config, ConfigError } from "../config/config.ts";
import type { Health } from "../http/pages.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Core } from "../node/core.ts";
import { sessionIdFile } from "../session/session-ids.ts";
import { Joining } from "./joining.ts";

/** Older ones can lose what they acknowledged, and have known vulnerabilities. */
const OLDEST_SAFE_NATS = [2, 12, 7] as const;

/** Connects to the bus; rejects with BusFailure when that is not possible now. */
export type ConnectBus = (settings: BusSettings) => Promise<{ readonly version: string; readonly open: OpenBus }>;

/** A cluster that this node has joined, as far as nothing of it has been read. */
export interface JoinedCluster {
  readonly cluster: Cluster;
  /** Resolves when this node knows what all nodes have decided; rejects with ConfigError when it never will. Called once its parts are there. */
  ready(): Promise<void>;
}

/** Connects to the cluster and leases session ids, and waits for it if it is not there yet. Rejects with ConfigError. */
export async function joinCluster(config: Config, log: Log, clock: Clock, connect: ConnectBus): Promise<JoinedCluster> {
  const where = config.cluster.map(withoutLogin).join(", ");
  const joining = new Joining(log, clock, where);
  const settings: BusSettings = {
    ...busSettings(config),
    failed: (failure) => joining.failed(failure, "there is no connection to the cluster; trying again"),
    logFailed: (failure) => joining.failed(failure, "the log of the cluster cannot be read; trying again"),
  };
  const refusal = (error: unknown): ConfigError =>
    error instanceof ConfigError
      ? error
      : new ConfigError(
          `the cluster at ${where} cannot be joined (data folder ${resolve(config.data)}): ${failureText(error)}`,
        );
  let cluster: Cluster | undefined;
  try {
    mkdirSync(config.data, { recursive: true });
    const { version, open } = await joining.retry(() => connect(settings));
    warnOfVersion(log, version);
    const joined = new Cluster({
      openBus: open,
      node: config.node ?? "",
      incarnation: crypto.randomUUID(),
      leases: sessionIdFile(config.data, "last-session-block"),
      clock,
      log,
    });
    cluster = joined;
    await joining.retry(() => joined.begin());
    return {
      cluster: joined,
      async ready() {
        await joining.until(joined.sharedLog.ready).catch((error: unknown) => {
          throw refusal(error);
        });
      },
    };
  } catch (error) {
    await cluster?.close();
    throw refusal(error);
  }
}

type Destination = Omit<BusSettings, "failed" | "logFailed">;

function busSettings({ cluster, clusterName, clusterReplicas, clusterNkey, clusterCa }: Config): Destination {
  const urls = cluster.map((url) => new URL(url));
  const [{ username, password } = { username: "", password: "" }] = urls.filter((url) => url.username !== "");
  const user = decodeURIComponent(username);
  const login = {
    ...(clusterNkey !== undefined && { seed: readText(clusterNkey, "cluster-nkey").trim() }),
    ...(user !== "" && password !== "" && { user, password: decodeURIComponent(password) }),
    ...(user !== "" && password === "" && { token: user }),
  };
  const { seed, ...rest } = login;
  return {
    servers: urls.map(({ host }) => host),
    cluster: clusterName,
    replicas: Number(clusterReplicas),
    login: { ...rest, ...(seed !== undefined && { seed: new TextEncoder().encode(seed) }) },
    ca: clusterCa === undefined ? undefined : readAuthority(clusterCa),
    usesTls: clusterCa !== undefined || urls.some(({ protocol }) => protocol === "tls:"),
  };
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(`${option}: ${path} cannot be read: ${failureText(error)}`);
  }
}

function readAuthority(path: string): string {
  const pem = readText(path, "cluster-ca");
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new ConfigError(`cluster-ca: ${path} does not have a certificate in PEM`);
}

/** Passwords must not be shown. */
function withoutLogin(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function warnOfVersion(log: Log, version: string): void {
  const parts = version.split(".").map((part) => Number.parseInt(part, 10));
  for (const [index, oldest] of OLDEST_SAFE_NATS.entries()) {
    const part = parts[index] ?? 0;
    if (part > oldest) return;
    if (part === oldest) continue;
    const needed = OLDEST_SAFE_NATS.join(".");
    log.warn("this version of NATS is not safe for production; use a newer one", { version, needed });
    return;
  }
}

/** What /health says of the cluster. */
export const clusterHealth = ({ cluster }: Core): Pick<Health, "cluster" | "node" | "nodes"> =>
  cluster ? { cluster: cluster.isAlone ? "alone" : "joined", node: cluster.node, nodes: cluster.nodes } : {};
