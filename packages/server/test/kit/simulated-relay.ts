import type { Limits } from "../../src/config/limits.ts";
import { createMemoryCluster } from "./memory-cluster.ts";
import { createMemoryNode, defaultLimits, type MemoryNode } from "./node.ts";
import { NODES } from "./server.ts";

/** A relay in memory for a simulation of clients, with a clock of the test. */
export interface SimulatedRelay extends Pick<MemoryNode, "open"> {
  /** Time passes. */
  advance(milliseconds: number): void;
  /** Due once a second. */
  tick(): void;
  /** Lets what nodes tell each other arrive, and what waits for it happen. */
  settle(): Promise<void>;
}

/** It may be a cluster, as for startServer(): each connection goes to the next node. */
export async function createSimulatedRelay(limits: Partial<Limits> = {}): Promise<SimulatedRelay> {
  if (NODES > 1) return simulatedCluster();
  const { open, clock, node } = createMemoryNode({ limits: { ...defaultLimits, ...limits } });
  return {
    open,
    advance: (milliseconds) => clock.advance(milliseconds),
    tick: () => node.tick(),
    async settle() {},
  };
}

async function simulatedCluster(): Promise<SimulatedRelay> {
  const { clock, nodes, node, settle } = await createMemoryCluster(NODES);
  let turn = 0;
  return {
    open: (options) => node(1 + (turn++ % NODES)).open(options),
    advance: (milliseconds) => clock.advance(milliseconds),
    tick() {
      for (const one of nodes) one.node.tick();
    },
    settle,
  };
}
