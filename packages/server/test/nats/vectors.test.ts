import { afterAll, beforeAll, describe, test } from "bun:test";
import { replay } from "../conformance/replay.ts";
import type { Refusals, Target } from "../conformance/target.ts";
import { vectorFiles, vectorServices } from "../conformance/vectors.ts";
import { storeAccount } from "../kit/accounts.ts";
import { startCluster, type TestCluster } from "../kit/cluster.ts";
import { until } from "../kit/wait.ts";

let cluster: TestCluster;
let target: Target;

beforeAll(async () => {
  cluster = await startCluster(3);
  for (const { name, passwd, delivery } of vectorServices())
    await storeAccount(cluster.accounts, "service", name, passwd, delivery);
  const [first, ...others] = cluster.nodes.map((node) => ({ main: node.ws(""), cloud: node.cloud("") }));
  if (!first) throw new Error("the cluster has no nodes");
  target = { ...first, nodes: [first, ...others], refusals, [Symbol.asyncDispose]: async () => {} };
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

/** What all nodes have refused, once none waits for another to say whether somebody took a message. */
async function refusals(): Promise<Refusals> {
  const total: { drops: Record<string, number>; faults: Record<string, number> } = { drops: {}, faults: {} };
  for (const node of cluster.nodes) {
    await until("all questions to be answered", async () => {
      const metrics = await node.metrics();
      return metrics.get("achex_cluster_open_questions") === 0;
    });
    const { drops, faults } = await node.metrics();
    for (const [reason, count] of Object.entries(drops)) total.drops[reason] = (total.drops[reason] ?? 0) + count;
    for (const [code, count] of Object.entries(faults)) total.faults[code] = (total.faults[code] ?? 0) + count;
  }
  return total;
}

// Those with options need a cluster of their own; nats/kept.test.ts has those of kept channels.
describe("vectors, each client on a node of its own", () => {
  for (const file of vectorFiles) {
    for (const vector of file.cases.filter(({ options }) => !options))
      test(`[${vector.rules.join(" ")}] ${vector.title} (${vector.id})`, () => replay(target, vector));
  }
});
