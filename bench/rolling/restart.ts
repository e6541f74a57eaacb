import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { natsUrl, startNats } from "../cluster/nodes.ts";
import { achexOf } from "../hostile/kit/relay.ts";
import { freePort } from "../lib/server.ts";
import { type Started, startProcess } from "../lib/started.ts";
import { Fleet, type FleetResult } from "./fleet.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const NODES = 3;
/** More than all sessions need to move. */
const STOP_MILLISECONDS = 60_000;

export interface RollingOptions {
  readonly clients: number;
  /** Milliseconds between two messages of a client. */
  readonly interval: number;
  /** Milliseconds before the first restart and after each. */
  readonly pause: number;
}

export interface RollingResult extends FleetResult {
  readonly clients: number;
  readonly nodes: number;
  /** How long each node took from SIGTERM until it was one of the cluster again. */
  readonly secondsPerRestart: readonly number[];
  /** Sessions that moved to another node. */
  readonly moved: number;
}

/** A node that can be restarted. */
export interface Relay {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function relay(folder: string, name: string, port: number, nats: string): Relay {
  let process: Started | undefined;
  const flags = { port, data: join(folder, name), cluster: nats, node: name, drain: 0, "log-level": "error" };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  return {
    port,
    async start() {
      process = await startProcess(name, () => [...achexOf(checkout), "serve", ...args], port);
    },
    stop: async () => process?.stop(STOP_MILLISECONDS),
  };
}

async function pageOf(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

async function untilJoined(ports: readonly number[]): Promise<void> {
  for (const port of ports)
    while (!(await pageOf(port, "/health")).includes(`"nodes":${ports.length}`)) await Bun.sleep(20);
}

async function movedTo(port: number): Promise<number> {
  const [, count = "0"] = /sessions_moved_total\{direction="in"\} (\d+)/.exec(await pageOf(port, "/metrics")) ?? [];
  return Number(count);
}

/** Restarts the nodes of a cluster one after the other, while clients behind a load balancer send each other messages. */
export async function rollingRestart(
  { clients, interval, pause }: RollingOptions,
  relays: readonly Relay[],
): Promise<RollingResult> {
  const ports = relays.map(({ port }) => port);
  await untilJoined(ports);
  const fleet = new Fleet(clients, ports, interval);
  await fleet.connect();
  // On a busy machine, a node may take that long to know a name that the others have.
  await Bun.sleep(2 * pause);
  fleet.begin();
  await Bun.sleep(pause);
  const secondsPerRestart: number[] = [];
  let moved = 0;
  for (const one of relays) {
    const since = performance.now();
    moved += await movedTo(one.port);
    await one.stop();
    await one.start();
    await untilJoined(ports);
    secondsPerRestart.push(Math.round(performance.now() - since) / 1_000);
    await Bun.sleep(pause);
  }
  for (const port of ports) moved += await movedTo(port);
  return { clients, nodes: relays.length, secondsPerRestart, moved, ...(await fleet.finish()) };
}

/** Starts NATS and relays in processes of their own, and stops them after `work`. */
export async function withProcesses<Result>(work: (relays: readonly Relay[]) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-rolling-"));
  const nats = await startNats(folder);
  const relays: Relay[] = [];
  try {
    for (let index = 1; index <= NODES; index++)
      relays.push(relay(folder, `n${index}`, await freePort(), natsUrl(nats)));
    for (const one of relays) await one.start();
    return await work(relays);
  } finally {
    for (const one of relays) await one.stop();
    for (const one of nats) await one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
