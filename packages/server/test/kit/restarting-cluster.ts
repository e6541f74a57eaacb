import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/config.ts";
import { type Distributor, startDistributor } from "./distributor.ts";
import { type NatsServer, startNats } from "./nats-server.ts";
import { RestartingRelay } from "./restarting-relay.ts";
import { until } from "./wait.ts";

/** A cluster behind one port, of which tests stop one node after the other, and start it again. */
export class RestartingCluster implements AsyncDisposable {
  private readonly nodes: RestartingRelay[];
  /** The node that is stopped next, or is down. */
  private current = 0;
  private turn = 0;

  private constructor(
    private readonly nats: NatsServer,
    private readonly accounts: string,
    private readonly distributor: Distributor,
    nodes: RestartingRelay[],
  ) {
    this.nodes = nodes;
  }

  static async begin(size: number, settings: Settings): Promise<RestartingCluster> {
    const nats = await startNats();
    const accounts = mkdtempSync(join(tmpdir(), "achex-accounts-"));
    const nodes = Array.from(
      { length: size },
      (_, index) => new RestartingRelay({ cluster: nats.url, node: `n${index + 1}`, accounts, ...settings }),
    );
    const distributor = await startDistributor(() => nodes[cluster.turn++ % size]?.port ?? 0);
    const cluster = new RestartingCluster(nats, accounts, distributor, nodes);
    await Promise.all(nodes.map((node) => node.start()));
    await cluster.joined();
    return cluster;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.distributor.port}/root`;
  }

  signal(name: NodeJS.Signals): void {
    this.node.signal(name);
  }

  stopped(): Promise<number | null> {
    return this.node.stopped();
  }

  async start(more?: Settings): Promise<void> {
    await this.node.start(more);
    await this.joined();
    this.current = (this.current + 1) % this.nodes.length;
  }

  /** Stops a node with SIGTERM and starts it again. */
  async restart(more?: Settings): Promise<void> {
    this.signal("SIGTERM");
    await this.stopped();
    await this.start(more);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.distributor[Symbol.asyncDispose]();
    for (const node of this.nodes) await node[Symbol.asyncDispose]();
    await this.nats[Symbol.asyncDispose]();
    rmSync(this.accounts, { recursive: true, force: true });
  }

  private get node(): RestartingRelay {
    const node = this.nodes[this.current];
    if (!node) throw new Error("the cluster has no nodes");
    return node;
  }

  private async joined(): Promise<void> {
    for (const node of this.nodes)
      await until(
        "a node to know all others",
        async () => (await node.metrics()).get("achex_cluster_nodes") === this.nodes.length,
      );
  }
}
