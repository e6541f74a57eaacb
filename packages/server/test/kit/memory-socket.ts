import type { Socket, Topics } from "../../src/socket.ts";

/** One end of a connection without a network: notes what the node does to it. Sends arrive when the test flushes. */
export class MemorySocket implements Socket {
  private pending: string[] = [];
  /** Frames that have arrived, in order. */
  readonly received: string[] = [];
  readonly pings: string[] = [];
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  terminated = false;

  constructor(private readonly hub: MemoryTopics) {}

  get over(): boolean {
    return this.terminated || this.closedWith !== undefined;
  }

  send(text: string): number {
    if (this.over) return 0;
    this.pending.push(text);
    return text.length;
  }

  ping(payload = ""): void {
    if (!this.over) this.pings.push(payload);
  }

  close(code: number, reason: string): void {
    if (!this.over) this.closedWith = { code, reason };
  }

  terminate(): void {
    this.terminated = true;
  }

  getBufferedAmount(): number {
    return this.pending.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  subscribe(topic: string): void {
    this.hub.subscribers(topic).add(this);
  }

  unsubscribe(topic: string): void {
    this.hub.subscribers(topic).delete(this);
  }

  publish(topic: string, text: string): number {
    for (const other of this.hub.subscribers(topic)) if (other !== this) other.send(text);
    return text.length;
  }

  /** What was sent since the last flush arrives; returns it. */
  flush(): string[] {
    const arrived = this.pending;
    this.pending = [];
    this.received.push(...arrived);
    return arrived;
  }
}

/** The topics of one listener. */
export class MemoryTopics implements Topics {
  private readonly topics = new Map<string, Set<MemorySocket>>();

  subscribers(topic: string): Set<MemorySocket> {
    let subscribers = this.topics.get(topic);
    if (!subscribers) {
      subscribers = new Set();
      this.topics.set(topic, subscribers);
    }
    return subscribers;
  }

  /** The node has one listener, number 0: leaving it out leaves nobody. */
  publish(topic: string, text: string, skippedListener?: number): boolean {
    if (skippedListener !== 0) for (const socket of this.subscribers(topic)) socket.send(text);
    return false;
  }

  drop(socket: MemorySocket): void {
    for (const subscribers of this.topics.values()) subscribers.delete(socket);
  }
}
