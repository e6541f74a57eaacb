import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/config.ts";
import type { Assets } from "../../src/http/assets.ts";
import { type Log, silentLog } from "../../src/log/log.ts";
import { type NatsServer, startNats } from "./nats-server.ts";
import { startSingleServer, type TestServer } from "./single-server.ts";
import { until } from "./wait.ts";

/** Relays in this process, connected by a NATS server. */
export interface TestCluster extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly nodes: readonly TestServer[];
  /** The folder of their accounts. */
  readonly accounts: string;
  node(index: number): TestServer;
  /** Resolves when every node knows that many. */
  joined(count?: number): Promise<void>;
}

/** The number of nodes that a relay knows of, with itself. */
export async function nodesKnownTo(server: TestServer): Promise<number> {
  return (await server.metrics()).get("achex_cluster_nodes");
}

/** Unless the settings say otherwise, the nodes share a folder of accounts. */
export async function startCluster(
  size: number,
  settings: Settings = {},
  log: Log = silentLog,
  assets?: Assets,
): Promise<TestCluster> {
  const nats = await startNats();
  const accounts = mkdtempSync(join(tmpdir(), "achex-accounts-"));
  const nodes: TestServer[] = [];
  for (let index = 1; index <= size; index++)
    nodes.push(await startSingleServer({ cluster: nats.url, node: `n${index}`, accounts, ...settings }, log, assets));
  const joined = async (count = size): Promise<void> => {
    for (const node of nodes) await until(`a node to know ${count}`, async () => (await nodesKnownTo(node)) === count);
  };
  await joined();
  return {
    nats,
    nodes,
    accounts,
    node(index) {
      const node = nodes[index - 1];
      if (!node) throw new Error(`there is no node ${index}`);
      return node;
    },
    joined,
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.stop();
      await nats[Symbol.asyncDispose]();
      rmSync(accounts, { recursive: true, force: true });
    },
  };
}
