// How many frames do nodes of a cluster of that size send each other? Counted in memory. bun bench/cluster-size.ts [nodes …]
import type { Achex2Client } from "../packages/server/test/kit/achex2-client.ts";
import { createMemoryCluster } from "../packages/server/test/kit/memory-cluster.ts";

/** Frames that arrive at nodes, for one thing each. */
export interface Traffic {
  readonly nodes: number;
  readonly perSecondWithoutClients: number;
  readonly login: number;
  readonly messageToANameElsewhere: number;
  readonly messageWithResult: number;
  readonly joinOfANewHub: number;
  readonly joinOfAHubThatTheNodeHas: number;
  /** All nodes have members of the hub. */
  readonly messageToAHubOfAll: number;
  readonly joinSeenByFollowersOnAllNodes: number;
}

export async function trafficOf(nodes: number): Promise<Traffic> {
  const cluster = await createMemoryCluster(nodes);
  const { network, clock, settle } = cluster;
  const count = async (act: () => void): Promise<number> => {
    await settle();
    const before = network.arrived;
    act();
    await settle();
    return network.arrived - before;
  };
  const ann = cluster.node(1).connectClient();
  const login = await count(() => void ann.send({ auth: "Ann" }));
  const bob = await cluster.client(2, "Bob");
  const others: Achex2Client[] = [];
  for (let node = 1; node <= nodes; node++) others.push(await cluster.client(node, `m${node}`));
  const message = await count(() => void ann.send({ to: "Bob", n: 1 }));
  const withResult = await count(() => void ann.send({ $ref: 1, to: "Bob", n: 1 }));
  const newHub = await count(() => void ann.send({ joinHub: "h" }));
  const oldHub = await count(() => void others[0]?.send({ joinHub: "h" }));
  for (const one of others.slice(1)) one.send({ joinHub: "h", $presence: true });
  await settle();
  const toAll = await count(() => void ann.send({ toH: "h", n: 1 }));
  const seen = await count(() => void bob.send({ joinHub: "h" }));
  const idle = await count(() => clock.advance(1_000));
  return {
    nodes,
    perSecondWithoutClients: idle,
    login,
    messageToANameElsewhere: message,
    messageWithResult: withResult,
    joinOfANewHub: newHub,
    joinOfAHubThatTheNodeHas: oldHub,
    messageToAHubOfAll: toAll,
    joinSeenByFollowersOnAllNodes: seen,
  };
}

if (import.meta.main) {
  const sizes = Bun.argv.slice(2).map(Number);
  for (const size of sizes.length > 0 ? sizes : [4, 16, 100]) console.log(JSON.stringify(await trafficOf(size)));
}
