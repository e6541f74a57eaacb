import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../kit/wait.ts";
import { HOSTS, type HostNumber, type Machine, type Network, natsOf, others, relayOf } from "./network.ts";

const relayCommand = [process.execPath, join(import.meta.dir, "../../../cli/src/main.ts"), "serve"];

/** A process on a machine, which can be ended, paused and started again. */
export class Service {
  private child: Bun.Subprocess | undefined;
  private starts = 0;

  constructor(
    private readonly command: readonly string[],
    private readonly logFile: string,
  ) {}

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    this.starts++;
    this.child = Bun.spawn([...this.command], {
      stdout: Bun.file(`${this.logFile}.${this.starts}.log`),
      stderr: Bun.file(`${this.logFile}.${this.starts}.err`),
    });
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.child?.kill(signal);
  }

  async end(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.child?.kill(signal);
    await this.child?.exited;
  }
}

export interface Host {
  readonly number: HostNumber;
  readonly url: string;
  readonly nats: Service;
  readonly relay: Service;
  /** How many nodes its relay knows; 0 when it is alone or does not answer. */
  nodes(): Promise<number>;
  /** How many servers its NATS has in JetStream, once these have a leader. */
  servers(): Promise<number>;
}

async function answerOf(url: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const answer: unknown = await (await fetch(url, { signal: AbortSignal.timeout(1_000) })).json();
    return typeof answer === "object" && answer !== null ? { ...answer } : undefined;
  } catch {
    return undefined;
  }
}

function natsConfig(network: Network, host: HostNumber, folder: string): string {
  const routes = others(host).map((other) => `"nats-route://${network.address(natsOf(other), "routes")}"`);
  return `
server_name: s${host}
listen: "${network.listen(natsOf(host), "clients")}"
http: "${network.listen(natsOf(host), "monitor")}"
ping_interval: "1s"
ping_max: 2
jetstream: { store_dir: "${folder}" }
cluster: {
  name: c, listen: "${network.listen(natsOf(host), "routes")}", no_advertise: true
  routes: [${routes}]
}
`;
}

function relayFlags(network: Network, host: HostNumber, data: string): string[] {
  const [address, port] = network.listen(relayOf(host), "relay").split(":");
  const cluster = HOSTS.map((other) => `nats://${network.address(natsOf(other), "clients")}`).join(",");
  const flags = {
    ...{ host: address, port, data, cluster, node: `n${host}`, "log-level": "info", drain: 0 },
    ...{ keep: "hub:k-* messages=100000", auth: "claim", "claim-ttl": 2 },
    ...{ "max-frames-per-second": 0, "max-bytes-per-second": 0, "max-delivered-bytes-per-second": 0 },
  };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

/** Where a host has its files, and the NATS that it runs. */
interface Place {
  readonly network: Network;
  readonly folder: string;
  readonly natsServer: string;
}

function createHost({ network, folder, natsServer }: Place, number: HostNumber): Host {
  const data = join(folder, `n${number}`);
  mkdirSync(data);
  const config = join(folder, `nats${number}.conf`);
  writeFileSync(config, natsConfig(network, number, join(folder, `js${number}`)));
  const service = (machine: Machine, command: readonly string[]) =>
    new Service(network.on(machine, command), join(folder, machine));
  const [relay, nats] = [relayOf(number), natsOf(number)];
  return {
    number,
    url: `ws://${network.control(relay, "relay")}/`,
    nats: service(nats, [natsServer, "-c", config]),
    relay: service(relay, [...relayCommand, ...relayFlags(network, number, data)]),
    async nodes() {
      const health = await answerOf(`http://${network.control(relay, "relay")}/health`);
      return health?.cluster === "joined" ? Number(health.nodes) : 0;
    },
    async servers() {
      const { meta_cluster: cluster } = (await answerOf(`http://${network.control(nats, "monitor")}/jsz`)) ?? {};
      return typeof cluster === "object" && cluster && "leader" in cluster && "cluster_size" in cluster
        ? Number(cluster.cluster_size)
        : 0;
    },
  };
}

export interface Hosts extends AsyncDisposable {
  readonly network: Network;
  /** Logs and data; kept when something went wrong. */
  readonly folder: string;
  readonly all: readonly Host[];
  host(number: HostNumber): Host;
  /** Resolves when every relay knows all others. */
  joined(milliseconds: number): Promise<void>;
  /** The folder is not removed. */
  keepFolder(): void;
}

/** Starts NATS, of which `natsServer` is the program, and a relay on each host. */
export async function startHosts(network: Network, natsServer: string): Promise<Hosts> {
  const folder = mkdtempSync(join(tmpdir(), "achex-hosts-"));
  const all = HOSTS.map((number) => createHost({ network, folder, natsServer }, number));
  let keepsFolder = false;
  const end = async (): Promise<void> => {
    await Promise.all(all.flatMap(({ relay, nats }) => [relay.end(), nats.end()]));
  };
  const hosts: Hosts = {
    ...{ network, folder, all },
    host(number) {
      const host = all[number - 1];
      if (!host) throw new Error(`there is no host ${number}`);
      return host;
    },
    async joined(milliseconds) {
      for (const host of all)
        await until(`n${host.number} to know all`, async () => (await host.nodes()) === all.length, milliseconds);
    },
    keepFolder() {
      keepsFolder = true;
    },
    async [Symbol.asyncDispose]() {
      await end();
      if (!keepsFolder) rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const { nats } of all) nats.start();
    for (const host of all)
      await until(`NATS ${host.number} to know all`, async () => (await host.servers()) === all.length, 60_000);
    for (const { relay } of all) relay.start();
    await hosts.joined(60_000);
  } catch (error) {
    await end();
    throw new Error(`the cluster did not start; its logs are in ${folder}`, { cause: error });
  }
  return hosts;
}
