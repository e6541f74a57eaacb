// What does a hop between two nodes of a cluster cost? bun bench/cluster.ts [--seconds N] [--out FILE]; needs nats-server.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RawClient } from "./hostile/kit/raw-client.ts";
import { achexOf } from "./hostile/kit/relay.ts";
import { percentile, report } from "./kept/relay.ts";
import { launch, stopProcess } from "./lib/processes.ts";
import { freePort, untilItListens } from "./lib/server.ts";

const PAIRS = 20;
const WINDOW = 32;
const checkout = fileURLToPath(new URL("..", import.meta.url));

interface Started {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
  kill(): void;
}

async function start(name: string, command: (port: number) => readonly string[]): Promise<Started> {
  const port = await freePort();
  const child = launch(command(port));
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-2_000);
    });
  await untilItListens(name, child, port, () => log);
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  return { port, pid: child.pid, stop: () => stopProcess(child), kill: () => void child.kill("SIGKILL") };
}

const startNats = (folder: string) =>
  start("nats-server", (port) => ["nats-server", "-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", folder]);

function startRelay(folder: string, name: string, nats: Started | undefined): Promise<Started> {
  const own = nats ? ["--cluster", `nats://127.0.0.1:${nats.port}`, "--node", name] : [];
  const rates = [
    "--max-frames-per-second",
    "0",
    "--max-bytes-per-second",
    "0",
    "--max-delivered-bytes-per-second",
    "0",
  ];
  return start(name, (port) => [
    ...achexOf(checkout),
    ...["serve", "--port", `${port}`, "--data", join(folder, name), "--log-level", "error", ...rates, ...own],
  ]);
}

/** Seconds of CPU that a process has used. */
function cpuOf({ pid }: Started): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function connect(port: number, name: string): Promise<RawClient> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, (text) => {
    if (text.startsWith('{"$ref":0')) resolve();
  });
  client.text(JSON.stringify({ $ref: 0, setID: name }));
  await promise;
  return client;
}

/** Time from sending a message until its receiver has it, one at a time. */
async function latency(from: number, to: number, count: number) {
  const [sender, receiver] = [await connect(from, "Ann"), await connect(to, "Bob")];
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.onText = () => resolve();
    const sentAt = performance.now();
    sender.text(`{"to":"Bob","n":${n}}`);
    await promise;
    times.push(performance.now() - sentAt);
  }
  times.sort((a, b) => a - b);
  for (const one of [sender, receiver]) one.drop();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Messages per second of pairs, each with a few under way, and the CPU that they cost. */
async function pairs(from: number, to: number, processes: readonly Started[], seconds: number) {
  let received = 0;
  let isOver = false;
  const clients: RawClient[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [sender, receiver] = [await connect(from, `s${pair}`), await connect(to, `r${pair}`)];
    const text = `{"to":"r${pair}","p":"${"x".repeat(80)}"}`;
    receiver.onText = () => {
      received++;
      if (!isOver) sender.text(text);
    };
    for (let n = 0; n < WINDOW; n++) sender.text(text);
    clients.push(sender, receiver);
  }
  await Bun.sleep(1_000);
  const before = { received, cpu: processes.map(cpuOf), at: performance.now() };
  await Bun.sleep(seconds * 1_000);
  const messages = received - before.received;
  const elapsed = (performance.now() - before.at) / 1_000;
  const cpu = processes.reduce((sum, one, index) => sum + cpuOf(one) - (before.cpu[index] ?? 0), 0);
  isOver = true;
  for (const one of clients) one.drop();
  return {
    perSecond: Math.round(messages / elapsed),
    microsecondsOfCpuPerMessage: Math.round((cpu / messages) * 1e7) / 10,
  };
}

async function nodesKnownTo({ port }: Started): Promise<number> {
  const health: unknown = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
  return typeof health === "object" && health !== null && "nodes" in health ? Number(health.nodes) : 0;
}

async function untilNodes(one: Started, count: number): Promise<number> {
  const since = performance.now();
  while ((await nodesKnownTo(one)) !== count) await Bun.sleep(20);
  return Math.round(performance.now() - since) / 1_000;
}

await report(async (seconds) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-cluster-"));
  const alone = await startRelay(folder, "alone", undefined);
  const single = {
    latency: await latency(alone.port, alone.port, 3_000),
    pairs: await pairs(alone.port, alone.port, [alone], seconds),
  };
  await alone.stop();
  const nats = await startNats(join(folder, "nats"));
  const [one, two] = [await startRelay(folder, "n1", nats), await startRelay(folder, "n2", nats)];
  await untilNodes(one, 2);
  await untilNodes(two, 2);
  try {
    const local = {
      latency: await latency(one.port, one.port, 3_000),
      pairs: await pairs(one.port, one.port, [one], seconds),
    };
    const across = {
      latency: await latency(one.port, two.port, 3_000),
      pairs: await pairs(one.port, two.port, [one, two, nats], seconds),
    };
    two.kill();
    const secondsToNoticeADeadNode = await untilNodes(one, 1);
    return {
      pairs: PAIRS,
      messageBytes: 100,
      single,
      sameNodeOfACluster: local,
      acrossTwoNodes: across,
      secondsToNoticeADeadNode,
    };
  } finally {
    await one.stop();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
