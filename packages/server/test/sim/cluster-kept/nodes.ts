import type { KeepRule } from "../../../src/config/keep-rules.ts";
import { keptChannel } from "../../../src/config/keep-rules.ts";
import { LoggedKeep } from "../../../src/keep/logged-keep.ts";
import { type ClusterNode, createMemoryCluster, type MemoryCluster, type NewNode } from "../../kit/memory-cluster.ts";
import { SteppedWriter } from "../../kit/stepped-writer.ts";
import { Disks } from "./disks.ts";
import { KeptModel } from "./model.ts";

export const NODES = ["n1", "n2", "n3"] as const;

interface Storage {
  readonly keep: LoggedKeep;
  readonly writer: SteppedWriter;
}

/** What a death does to the disk of a node. */
export type DiskLoss = "nothing" | "end" | "all";

/** Nodes of a cluster that keep channels, each on a disk of its own. */
export class KeepingNodes {
  readonly disks = new Disks();
  readonly model: KeptModel;
  private readonly storages = new Map<string, Storage>();
  private started: MemoryCluster | undefined;

  constructor(private readonly rules: readonly KeepRule[]) {
    this.model = new KeptModel(rules, () => this.cluster.clock.now());
  }

  get cluster(): MemoryCluster {
    if (!this.started) throw new Error("the cluster has not begun");
    return this.started;
  }

  /** Nodes that take clients: they have read the log. */
  get ready(): readonly ClusterNode[] {
    return this.cluster.nodes.filter(({ cluster }) => cluster.sharedLog.isCaughtUp);
  }

  async begin(): Promise<void> {
    this.started = await createMemoryCluster(NODES.length, (node) => this.parts(node));
  }

  keepOf(name: string): LoggedKeep | undefined {
    return this.storages.get(name)?.keep;
  }

  /** Whether transactions of the node fail. */
  fill(name: string, isFull: boolean): void {
    const writer = this.storages.get(name)?.writer;
    if (writer) writer.isFull = isFull;
  }

  kill(name: string, loss: DiskLoss): void {
    this.cluster.kill(name);
    this.closeStorage(name);
    if (loss === "end") this.disks.loseEnd(name);
    else if (loss === "all") this.disks.loseAll(name);
  }

  async restart(name: string): Promise<void> {
    if (!this.cluster.nodes.some((node) => node.name === name)) await this.cluster.start(name);
  }

  end(): void {
    for (const name of [...this.storages.keys()]) this.closeStorage(name);
    this.disks.end();
  }

  private closeStorage(name: string): void {
    const storage = this.storages.get(name);
    this.storages.delete(name);
    storage?.writer.die(() => void storage.keep.close());
  }

  private parts({ name, cluster, network, clock }: NewNode) {
    const { rules } = this;
    network.log.whenStored = (shard, entry) => this.model.stored(shard, entry);
    let writer: SteppedWriter | undefined;
    const keep = new LoggedKeep({
      ...{ folder: this.disks.folder(name), sync: "normal", clock, log: cluster.sharedLog },
      ...{ maxChannels: 0, maxBytes: 0, maxQueuedBytes: 1_000_000 },
      ruleOf: (channel) => keptChannel(rules, channel),
      inUse: () => true,
      failed() {},
      damaged(_movedTo, reason) {
        throw new Error(`the disk of ${name} is damaged: ${reason}`);
      },
      startWriter(file, owner) {
        writer = new SteppedWriter(name, network, file, owner);
        return writer;
      },
    });
    if (writer) this.storages.set(name, { keep, writer });
    cluster.sharedLog.register(keep);
    return { keep: { log: keep, rules } };
  }
}
