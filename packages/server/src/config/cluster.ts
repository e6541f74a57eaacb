import { count, list, type Option, port, text } from "./options.ts";

/** Returns the value of an option, from wherever the caller reads it. */
type Read = <Value>(option: Option<Value>) => Value;

const WORD = /^[A-Za-z0-9_-]{1,64}$/;

function isNatsAddress(item: string): boolean {
  if (!/^(nats|tls):\/\//.test(item) || !URL.canParse(item)) return false;
  const { hostname, pathname, search } = new URL(item);
  return hostname !== "" && (pathname === "" || pathname === "/") && search === "";
}

/** A word that can be part of a subject of NATS. */
const word = <Fallback extends string | undefined>(
  name: string,
  fallback: Fallback,
  texts: Parameters<typeof text>[2],
): Option<string | Fallback> => ({
  ...text(name, fallback, texts),
  parse: (value) => (WORD.test(value) ? value : undefined),
  allowed: "1 to 64 letters, digits, hyphens and underscores",
});

const MAX_WORKERS = 99;

const workers: Option<number> = {
  ...count("workers", 1, {
    help: "processes that serve the ports together, as nodes of a cluster",
    why: "one relay uses one core; a few workers use more, without a load balancer",
  }),
  help: "processes that serve the ports together, as nodes of a cluster; needs nats-server, or --cluster",
  parse: (value) => (/^\d{1,2}$/.test(value.trim()) && isWorkerCount(Number(value)) ? Number(value) : undefined),
  allowed: `a whole number from 1 to ${MAX_WORKERS}`,
};

const isWorkerCount = (value: number): boolean => value >= 1 && value <= MAX_WORKERS;

const clusterReplicas = {
  ...text("cluster-replicas", "3", {
    placeholder: "1|3|5",
    help: "servers of a cluster of NATS that store each entry of the log of the relays: 1, 3 or 5",
    why: "with 3, what was acknowledged survives the loss of a server, and the log goes on without it",
  }),
  parse: (value: string) => (/^[135]$/.test(value) ? value : undefined),
  allowed: "1, 3 or 5",
};

export const clustering = (read: Read) => ({
  workers: read(workers),
  adminPort: read(
    port("admin-port", undefined, {
      help: "port for /health and /metrics of all workers together",
      why: "on the other ports, the worker that gets the connection answers for itself",
    }),
  ),
  cluster: read(
    list("cluster", {
      placeholder: "URL",
      help: "NATS servers that connect this relay with others to one, such as nats://10.0.0.5; none = it runs alone",
      why: "one relay is one process on one core; several are one relay to their clients",
      fits: isNatsAddress,
      allowed: "addresses such as nats://host:4222, nats://user:password@host, nats://token@host or tls://host",
    }),
  ),
  node: read(
    word("node", undefined, {
      placeholder: "NAME",
      help: "name of this relay in its cluster, different from all others; required with --cluster",
      why: "others, logs and metrics name it, and two that share a name by mistake are noticed",
    }),
  ),
  clusterName: read(
    word("cluster-name", "achex", {
      placeholder: "NAME",
      help: "name of the cluster, with which all its subjects in NATS begin",
      why: "several clusters can share a NATS",
    }),
  ),
  clusterReplicas: read(clusterReplicas),
  clusterNkey: read(
    text("cluster-nkey", undefined, {
      placeholder: "FILE",
      help: "file with the nkey seed to log in to NATS with",
      why: "a key that never leaves this machine is safer than a password",
    }),
  ),
  clusterCa: read(
    text("cluster-ca", undefined, {
      placeholder: "FILE",
      help: "certificate authority of the NATS servers in PEM; connects with TLS",
      why: "NATS servers of your own seldom have a certificate that every machine trusts",
    }),
  ),
  accounts: read(
    text("accounts", undefined, {
      placeholder: "FOLDER",
      help: "folder of the accounts, if it is not that of --data",
      why: "relays of a cluster on one machine can share their accounts; each has its own data folder",
    }),
  ),
});
