import type { ClusterNode } from "../../kit/memory-cluster.ts";
import type { MemoryConnection } from "../../kit/node.ts";
import type { KeptClient } from "../kept/client.ts";

/** A client of kept channels, and the node that it is connected to. */
export class Person {
  node: ClusterNode | undefined;
  private connection: Omit<MemoryConnection, "session"> | undefined;

  constructor(readonly client: KeptClient) {}

  /** Connects; its session goes on if it can be resumed and that is wanted. */
  connect(node: ClusterNode, isResumable: boolean, resumes: boolean): void {
    this.node = node;
    this.connection = node.open({ dialect: "achex.2", ...(resumes && { resumes }) });
    const { socket } = this.connection;
    if (resumes) this.client.resume(socket);
    else this.client.begin(socket, isResumable, undefined, 0);
  }

  /** The connection drops. */
  drop(): void {
    this.connection?.end(1006);
  }

  /** Its node is gone, with its session. */
  bereave(): void {
    this.client.read(Number.POSITIVE_INFINITY);
    this.client.disconnect();
    this.node = undefined;
    this.connection = undefined;
  }
}
