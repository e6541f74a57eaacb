import type { NodeDeps } from "../../src/assemble.ts";
import type { OpenBus } from "../../src/bus.ts";
import { Cluster, type ClusterSettings } from "../../src/cluster/cluster.ts";
import { clusteredEngine } from "../../src/engine/clustered.ts";
import { type Log, silentLog } from "../../src/log/log.ts";
import { sessionCodec } from "../../src/resume/saved-format.ts";
import { type Achex2Client, type Achex2Node, createAchex2Node } from "./achex2-client.ts";
import { createTestAuth } from "./auth.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryNetwork } from "./memory-bus.ts";

export interface ClusterNode extends Achex2Node {
  readonly name: string;
  readonly cluster: Cluster;
}

/** How a node differs: `bus` changes what it sends, and `log` is its log. */
interface OwnParts {
  readonly bus?: (open: OpenBus) => OpenBus;
  readonly log?: Log;
}

export interface MemoryCluster {
  readonly network: MemoryNetwork;
  /** The clock of all nodes. */
  readonly clock: FakeClock;
  readonly nodes: readonly ClusterNode[];
  node(index: number): ClusterNode;
  add(name: string, own?: OwnParts): Promise<ClusterNode>;
  /** The same, but the others have not heard of it yet. */
  start: MemoryCluster["add"];
  /** The node and its sessions are gone without a word. */
  kill(name: string): void;
  /** Lets everything happen that is under way. */
  settle(): Promise<void>;
  /** A client that is logged in. */
  client(index: number, name: string): Promise<Achex2Client>;
}

/** Promises settle in turns of their own. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is stored in the data folder of a node. */
const leasesOf = (last: Map<string, number>, name: string): ClusterSettings["leases"] => ({
  load: () => last.get(name) ?? -1,
  save: (lease) => void last.set(name, lease),
});

/** What a node begins with. */
export interface NewNode {
  readonly name: string;
  readonly cluster: Cluster;
  readonly network: MemoryNetwork;
  readonly clock: FakeClock;
}

/** What nodes have besides what all have; called for each that starts. */
export type OwnNodeParts = (node: NewNode) => Partial<NodeDeps>;

interface Surroundings {
  readonly network: MemoryNetwork;
  readonly clock: FakeClock;
  readonly parts: OwnNodeParts;
  readonly leases: ClusterSettings["leases"];
}

async function createNode(
  name: string,
  { bus = (open: OpenBus) => open, log = silentLog }: OwnParts = {},
  { network, clock, parts, leases }: Surroundings,
): Promise<ClusterNode> {
  const incarnation = `${name}-${Math.random()}`;
  const openBus = bus(network.bus(name));
  const cluster = new Cluster({ openBus, node: name, incarnation, leases, clock, log });
  await cluster.begin();
  const { auth } = createTestAuth("open");
  const node = createAchex2Node(
    // Clients in memory answer no pings.
    { pingAfterSeconds: 0 },
    {
      clock,
      cluster,
      createEngine: (sink) => clusteredEngine(sink, cluster),
      ids: cluster.blocks,
      auth,
      handover: { auth, codec: sessionCodec },
      ...parts({ name, cluster, network, clock }),
    },
  );
  return { ...node, name, cluster };
}

/** Nodes in memory, whose frames to each other arrive when the test lets them. */
export async function createMemoryCluster(size: number, parts: OwnNodeParts = () => ({})): Promise<MemoryCluster> {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock);
  const nodes: ClusterNode[] = [];
  const settle = async (): Promise<void> => {
    do {
      network.flush();
      await turn();
    } while (network.pending > 0);
  };
  /** In the data folder of each node. */
  const lastLeases = new Map<string, number>();
  const start: MemoryCluster["add"] = async (name, own) => {
    const created = await createNode(name, own, { network, clock, parts, leases: leasesOf(lastLeases, name) });
    nodes.push(created);
    return created;
  };
  const add: MemoryCluster["add"] = async (name, own) => {
    const created = await start(name, own);
    await settle();
    return created;
  };
  for (let index = 1; index <= size; index++) await add(`n${index}`);
  const node = (index: number): ClusterNode => {
    const found = nodes[index - 1];
    if (!found) throw new Error(`there is no node ${index}`);
    return found;
  };
  return {
    network,
    clock,
    nodes,
    node,
    add,
    start,
    kill(name) {
      network.kill(name);
      const index = nodes.findIndex((one) => one.name === name);
      if (index >= 0) nodes.splice(index, 1);
    },
    settle,
    async client(index, name) {
      const client = node(index).connectClient();
      client.send({ auth: name });
      await settle();
      client.received();
      return client;
    },
  };
}
