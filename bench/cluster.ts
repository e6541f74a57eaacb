// What does a cluster cost, compared with one relay and with NATS itself? All processes share the cores of this machine.
// bun bench/cluster.ts [--seconds N] [--out FILE]; needs nats-server.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { noticeADeadNode } from "./cluster/dead-node.ts";
import { fanOut, timeUntilAllHaveIt } from "./cluster/fan-out.ts";
import { jetStreamAcknowledgements, natsLatency } from "./cluster/floor.ts";
import { keptSends } from "./cluster/kept.ts";
import { natsUrl, startNats, startNodes, startRelay } from "./cluster/nodes.ts";
import { latency, pairs, type Throughput } from "./cluster/pairs.ts";
import { report } from "./lib/one-result.ts";
import type { Started } from "./lib/started.ts";

const PAIRS = 20;
const MEMBERS = 1_000;
const FAN_OUT_UNDER_WAY = [1, 32] as const;
const LATENCIES = 3_000;
/** One relay and a node are measured in turn, so that what else the machine does meets both. */
const ROUNDS = 5;
const KEEPING = { keep: "hub:k* messages=1000" };
const KEPT_UNDER_WAY = [1, 20] as const;
const FLOOR_UNDER_WAY = 600;
const DEATHS = 5;

type Progress = (title: string, figures: object) => void;
const noted: Progress = (title, figures) => console.error(title, JSON.stringify(figures));

const pidsOf = (processes: readonly Started[]): number[] => processes.map(({ pid }) => pid);

async function stopAll(processes: readonly Started[]): Promise<void> {
  for (const one of processes) await one.stop();
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Traffic between clients of the same node, and of two nodes, beside a relay that is in no cluster. */
async function hops(folder: string, seconds: number) {
  const alone = await startRelay(join(folder, "alone"));
  const nats = await startNats(join(folder, "nats"));
  const nodes = await startNodes(folder, 2, natsUrl(nats));
  const [one, two] = nodes;
  if (!one || !two) throw new Error("two nodes were started");
  const rounds: Record<"oneRelay" | "sameNode" | "twoNodes", Throughput>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures = {
      oneRelay: await pairs({ from: alone.port, to: alone.port }, PAIRS, [alone.pid], seconds),
      sameNode: await pairs({ from: one.port, to: one.port }, PAIRS, [one.pid], seconds),
      twoNodes: await pairs({ from: one.port, to: two.port }, PAIRS, pidsOf([...nodes, ...nats]), seconds),
    };
    noted("pairs", figures);
    rounds.push(figures);
  }
  const cpu = (of: "oneRelay" | "sameNode" | "twoNodes") => median(rounds.map((one) => one[of].microsecondsOfCpu));
  const milliseconds = {
    nats: await natsLatency(natsUrl(nats)),
    oneRelay: await latency(alone.port, alone.port, LATENCIES),
    sameNode: await latency(one.port, one.port, LATENCIES),
    twoNodes: await latency(one.port, two.port, LATENCIES),
  };
  noted("milliseconds", milliseconds);
  await stopAll([alone, ...nodes, ...nats]);
  return {
    processes: "one relay, two nodes, nats-server and the clients; those that are not measured are idle",
    pairs: PAIRS,
    rounds,
    medianMicrosecondsOfCpu: { oneRelay: cpu("oneRelay"), sameNode: cpu("sameNode"), twoNodes: cpu("twoNodes") },
    sameNodeToOneRelay: Math.round((cpu("sameNode") / cpu("oneRelay")) * 100) / 100,
    milliseconds,
  };
}

async function fanOutOn(ports: readonly number[], pids: readonly number[], seconds: number) {
  const deliveries = [];
  for (const underWay of FAN_OUT_UNDER_WAY)
    deliveries.push({ underWay, ...(await fanOut(ports, MEMBERS, underWay, pids, seconds)) });
  const figures = { deliveries, millisecondsUntilAllHaveIt: await timeUntilAllHaveIt(ports, MEMBERS) };
  noted(`fan-out on ${ports.length}`, figures);
  return figures;
}

/** A broadcast to 1,000, on one relay and spread over four nodes. */
async function fanOuts(folder: string, seconds: number) {
  const alone = await startRelay(join(folder, "alone"));
  const oneRelay = await fanOutOn([alone.port], [alone.pid], seconds);
  await alone.stop();
  const nats = await startNats(join(folder, "nats"));
  const nodes = await startNodes(folder, 4, natsUrl(nats));
  const ports = nodes.map(({ port }) => port);
  const fourNodes = await fanOutOn(ports, pidsOf([...nodes, ...nats]), seconds);
  await stopAll([...nodes, ...nats]);
  return {
    processes: "one relay, or four nodes and nats-server, and the clients",
    members: MEMBERS,
    oneRelay,
    fourNodes,
  };
}

async function keptOn(folder: string, servers: 1 | 3, seconds: number) {
  const nats = await startNats(join(folder, "nats"), servers);
  const floor = await jetStreamAcknowledgements(natsUrl(nats), FLOOR_UNDER_WAY, servers, seconds);
  const nodes = await startNodes(folder, 2, natsUrl(nats), KEEPING);
  const ports = nodes.map(({ port }) => port);
  const sends = [];
  for (const underWay of KEPT_UNDER_WAY) sends.push(await keptSends(ports, underWay, seconds));
  await stopAll([...nodes, ...nats]);
  const figures = { natsServers: servers, jetStreamItself: floor, sends };
  noted("kept", figures);
  return figures;
}

async function keptOnOneRelay(folder: string, seconds: number) {
  const relay = await startRelay(join(folder, "alone"), KEEPING);
  const sends = [];
  for (const underWay of KEPT_UNDER_WAY) sends.push(await keptSends([relay.port], underWay, seconds));
  await relay.stop();
  noted("kept on one relay", sends);
  return sends;
}

async function deaths(folder: string) {
  const seconds = [];
  for (let time = 0; time < DEATHS; time++) {
    const inner = join(folder, `${time}`);
    const nats = await startNats(join(inner, "nats"));
    const nodes = await startNodes(inner, 2, natsUrl(nats));
    const [other, dead] = nodes;
    if (!other || !dead) throw new Error("two nodes were started");
    seconds.push(await noticeADeadNode(dead, other));
    await stopAll([...nodes, ...nats]);
  }
  noted("deaths", seconds);
  return seconds;
}

await report(async (seconds) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-cluster-"));
  const part = (name: string) => join(folder, name);
  try {
    return {
      cores: availableParallelism(),
      messageBytes: 100,
      hops: await hops(part("hops"), seconds),
      fanOut: await fanOuts(part("fan-out"), seconds),
      keptSends: {
        oneRelay: await keptOnOneRelay(part("kept"), seconds),
        clusters: [await keptOn(part("kept-1"), 1, seconds), await keptOn(part("kept-3"), 3, seconds)],
      },
      secondsToNoticeADeadNode: await deaths(part("deaths")),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
