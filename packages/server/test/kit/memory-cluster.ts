import type { NodeDeps } from "../../src/assemble.ts";
import type { OpenBus } from "../../src/bus.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
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

export interface MemoryCluster {
  readonly network: MemoryNetwork;
  /** The clock of all nodes. */
  readonly clock: FakeClock;
  readonly nodes: readonly ClusterNode[];
  node(index: number): ClusterNode;
  /** Adds a node; `bus` changes what it sends, and `log` is its log. */
  add(name: string, own?: { readonly bus?: (open: OpenBus) => OpenBus; readonly log?: Log }): Promise<ClusterNode>;
  /** Lets everything happen that is under way. */
  settle(): Promise<void>;
  /** A client that is logged in. */
  client(index: number, name: string): Promise<Achex2Client>;
}

/** Promises settle in turns of their own. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function memoryLeases() {
  let last = -1;
  return {
    load: () => last,
    save(lease: number) {
      last = lease;
    },
  };
}

/** Nodes in memory, whose frames to each other arrive when the test lets them. */
export async function createMemoryCluster(size: number, parts: Partial<NodeDeps> = {}): Promise<MemoryCluster> {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock);
  const nodes: ClusterNode[] = [];
  const settle = async (): Promise<void> => {
    do {
      network.flush();
      await turn();
    } while (network.pending > 0);
  };
  const add: MemoryCluster["add"] = async (name, { bus = (open: OpenBus) => open, log = silentLog } = {}) => {
    const leases = memoryLeases();
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
        ...parts,
      },
    );
    const created = { ...node, name, cluster };
    nodes.push(created);
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
