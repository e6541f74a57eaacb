// Relays of a checkout, alone or as nodes of a cluster, NATS, and clients of them.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RawClient } from "../hostile/kit/raw-client.ts";
import { achexOf } from "../hostile/kit/relay.ts";
import { freePort } from "../lib/server.ts";
import { type Started, startProcess } from "../lib/started.ts";

/** BENCH_CHECKOUT names another checkout to measure. */
const checkout = process.env.BENCH_CHECKOUT ?? fileURLToPath(new URL("../..", import.meta.url));

const UNLIMITED = {
  "max-frames-per-second": 0,
  "max-bytes-per-second": 0,
  "max-delivered-bytes-per-second": 0,
};

type Flags = Readonly<Record<string, string | number>>;

/** Starts a relay without limits of rates. */
export const startRelay = (data: string, flags: Flags = {}): Promise<Started> =>
  startProcess("the relay", (port) => [
    ...[...achexOf(checkout), "serve"],
    ...Object.entries({ port, data, drain: 0, "log-level": "error", ...UNLIMITED, ...flags }).flatMap(
      ([name, value]) => [`--${name}`, String(value)],
    ),
  ]);

export const natsUrl = (servers: readonly Started[]): string =>
  servers.map(({ port }) => `nats://127.0.0.1:${port}`).join(",");

/** Starts one NATS server, or three that form a cluster, with JetStream in the folder. */
export async function startNats(folder: string, servers: 1 | 3 = 1): Promise<Started[]> {
  const basic = (name: string, port: number) => [
    ...["nats-server", "-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", join(folder, name)],
  ];
  if (servers === 1) return [await startProcess("nats-server", (port) => basic("nats", port))];
  const routes = [await freePort(), await freePort(), await freePort()].map((port) => `nats://127.0.0.1:${port}`);
  const started: Started[] = [];
  for (const [index, own] of routes.entries()) {
    const cluster = ["--name", `nats-${index}`, "--cluster_name", "bench", "--cluster", own];
    const args = [...cluster, "--routes", routes.filter((route) => route !== own).join(",")];
    started.push(await startProcess("nats-server", (port) => [...basic(`nats-${index}`, port), ...args]));
  }
  return started;
}

/** Starts the nodes `n1`, `n2` … and waits until each knows all. */
export async function startNodes(folder: string, count: number, nats: string, flags: Flags = {}): Promise<Started[]> {
  const nodes: Started[] = [];
  for (let n = 1; n <= count; n++)
    nodes.push(await startRelay(join(folder, `n${n}`), { cluster: nats, node: `n${n}`, ...flags }));
  for (const one of nodes) await untilNodes(one, count);
  return nodes;
}

export interface Health {
  readonly nodes?: number;
  readonly workers?: readonly { readonly pid: number; readonly restarts: number; readonly status: string }[];
}

export async function healthOf(port: number): Promise<Health> {
  const health: Health = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).text());
  return health;
}

/** Waits until a node knows so many, itself included; resolves with the seconds that took. */
export async function untilNodes({ port }: { readonly port: number }, count: number): Promise<number> {
  const since = performance.now();
  while ((await healthOf(port)).nodes !== count) await Bun.sleep(20);
  return Math.round(performance.now() - since) / 1_000;
}

/** Connects a client of achex.2 and logs it in. */
export async function connectAs(port: number, name: string): Promise<RawClient> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, (text) => {
    if (text.startsWith('{"$ref":0')) resolve();
  });
  client.text(JSON.stringify({ $ref: 0, setID: name }));
  await promise;
  return client;
}
