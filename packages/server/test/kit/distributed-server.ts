import type { Settings } from "../../src/config/config.ts";
import type { Assets } from "../../src/http/assets.ts";
import type { Log } from "../../src/log/log.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { startDistributor } from "./distributor.ts";
import { type Metrics, sumOf } from "./metrics.ts";
import type { TestServer } from "./single-server.ts";
import { until } from "./wait.ts";

/** Starts a cluster that looks like one relay: each connection to its ports goes to the next node. Its data folder is that of the accounts. */
export async function startDistributedServer(
  size: number,
  { port, "cloud-port": cloudPort, ...settings }: Settings,
  log: Log,
  assets?: Assets,
): Promise<TestServer> {
  const cluster = await startCluster(size, settings, log, assets);
  let turn = 0;
  const next = () => cluster.node((turn++ % size) + 1).ports;
  const main = await startDistributor(() => next().main, Number(port ?? 0));
  const cloud = await startDistributor(() => next().cloud ?? 0, Number(cloudPort ?? 0));
  const stop = async () => {
    await cluster[Symbol.asyncDispose]();
    await main[Symbol.asyncDispose]();
    await cloud[Symbol.asyncDispose]();
  };
  return {
    ports: { main: main.port, tls: undefined, cloud: cloud.port },
    data: cluster.accounts,
    ws: (path = "/") => `ws://127.0.0.1:${main.port}${path}`,
    cloud: (path = "/") => `ws://127.0.0.1:${cloud.port}${path}`,
    http: (path = "/") => `http://127.0.0.1:${main.port}${path}`,
    metrics: () => metricsOf(cluster),
    fromFirstNode() {
      turn = 0;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Of all nodes, once none waits for another to say whether somebody took a message: what was refused is counted only then. */
async function metricsOf(cluster: TestCluster): Promise<Metrics> {
  const all: Metrics[] = [];
  for (const node of cluster.nodes) {
    await until("all questions to be answered", async () => {
      return (await node.metrics()).get("achex_cluster_open_questions") === 0;
    });
    all.push(await node.metrics());
  }
  return sumOf(all);
}
