import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { achexOf } from "../hostile/kit/relay.ts";
import { launch, stopProcess } from "../lib/processes.ts";
import { freePort, untilItListens } from "../lib/server.ts";
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
  let child: ReturnType<typeof launch> | undefined;
  const flags = { port, data: join(folder, name), cluster: nats, node: name, drain: 0, "log-level": "error" };
  return {
    port,
    async start() {
      const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
      const started = launch([...achexOf(checkout), "serve", ...args]);
      child = started;
      let log = "";
      for (const stream of [started.stdout, started.stderr])
        stream?.on("data", (chunk: Buffer) => {
          log = (log + chunk.toString()).slice(-2_000);
        });
      await untilItListens(name, started, port, () => log);
    },
    async stop() {
      if (child) await stopProcess(child, STOP_MILLISECONDS);
    },
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
  const natsPort = await freePort();
  const nats = launch(["nats-server", "-a", "127.0.0.1", "-p", `${natsPort}`, "-js", "-sd", join(folder, "nats")]);
  const relays: Relay[] = [];
  try {
    await untilItListens("nats-server", nats, natsPort, () => "");
    for (let index = 1; index <= NODES; index++)
      relays.push(relay(folder, `n${index}`, await freePort(), `nats://127.0.0.1:${natsPort}`));
    for (const one of relays) await one.start();
    return await work(relays);
  } finally {
    for (const one of relays) await one.stop();
    await stopProcess(nats);
    rmSync(folder, { recursive: true, force: true });
  }
}
