import { decodeFrame } from "../../src/cluster/frames.ts";
import type { MemoryCluster } from "../kit/memory-cluster.ts";
import { Forger } from "./forger.ts";

/** Reads what nodes hold of parts of the log, as another node that needs copies of them would. */
export class CopyReader {
  private readonly forger: Forger;
  private node = "";
  private numbers = 0;

  constructor(private readonly cluster: MemoryCluster) {
    this.forger = new Forger(cluster.network, () => this.linkOf(this.node));
  }

  async read(node: string, part: string): Promise<string> {
    const { forger } = this;
    this.node = node;
    forger.liveAgain("reader");
    const number = ++this.numbers;
    forger.next(JSON.stringify(["copy", number, part]));
    const pieces: Uint8Array[] = [];
    for (let piece = 0; piece < 1_000; piece++) {
      await this.cluster.settle();
      const copied = forger.heard.map(decodeFrame).findLast((frame) => "head" in frame && frame.head[0] === "copied");
      if (!copied || !("head" in copied) || copied.head[1] !== number || copied.head[2] !== true) break;
      if (copied.body instanceof Uint8Array) pieces.push(copied.body);
      if (copied.head[3] === true) return Buffer.concat(pieces).toString();
      forger.next(JSON.stringify(["copy-more", number]));
    }
    throw new Error(`${node} gave no copy of ${part}`);
  }

  private linkOf(node: string): string {
    for (const { cluster } of this.cluster.nodes) {
      const link = cluster.links.peer(node)?.link;
      if (link !== undefined) return link;
    }
    return "";
  }
}
