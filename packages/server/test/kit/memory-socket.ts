import { PROBE_PREFIX } from "../../src/session/response-probe.ts";
import type { Payload, Socket, SocketOwner, Topics } from "../../src/socket.ts";
import { asText } from "./binary-frame.ts";

export interface MemorySocketOptions {
  /** Index of the listener that accepted it. */
  readonly listener?: number;
  /** Bytes that may wait for a flush; beyond it the socket is closed like that of a slow reader. */
  readonly backlog?: number;
}

/** A connection without a network: records what the node does to it. Sent frames arrive when the test flushes. */
export class MemorySocket implements Socket {
  readonly data: { owner: SocketOwner | undefined } = { owner: undefined };
  private readonly pending: string[] = [];
  private pendingBytes = 0;
  /** Frames that have arrived, in order. */
  readonly received: string[] = [];
  readonly pings: string[] = [];
  readonly listener: number;
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  terminated = false;
  /** The client does not answer the pings that ask whether it still reads. */
  isStalled = false;
  /** The client does not read, so that everything sent to it waits. */
  isBlocked = false;
  private readonly backlog: number;

  constructor(
    private readonly hub: MemoryTopics,
    { listener = 0, backlog = Number.POSITIVE_INFINITY }: MemorySocketOptions = {},
  ) {
    this.listener = listener;
    this.backlog = backlog;
  }

  /** It can be closed for its backlog. */
  get isSlow(): boolean {
    return this.backlog !== Number.POSITIVE_INFINITY;
  }

  get over(): boolean {
    return this.terminated || this.closedWith !== undefined;
  }

  /** Frames that have been sent and not arrived. */
  get waiting(): readonly string[] {
    return this.pending;
  }

  send(payload: Payload): number {
    if (this.over) return 0;
    const text = asText(payload);
    const bytes = Buffer.byteLength(text);
    if (this.pendingBytes + bytes > this.backlog) {
      this.terminate();
      return -1;
    }
    this.pending.push(text);
    this.pendingBytes += bytes;
    return this.isBlocked ? -1 : bytes;
  }

  cork<Result>(act: () => Result): Result {
    return act();
  }

  ping(payload = ""): void {
    if (this.over) return;
    this.pings.push(payload);
    if (payload.startsWith(PROBE_PREFIX) && !this.isStalled) this.data.owner?.pong(payload);
  }

  close(code: number, reason: string): void {
    if (!this.over) this.closedWith = { code, reason };
  }

  terminate(): void {
    this.terminated = true;
  }

  getBufferedAmount(): number {
    return this.pendingBytes;
  }

  subscribe(topic: string): void {
    if (!this.over) this.hub.add(topic, this);
  }

  unsubscribe(topic: string): void {
    this.hub.delete(topic, this);
  }

  publish(topic: string, payload: Payload): number {
    // A connection that has ended publishes nothing, as with real ones.
    if (this.over) return 0;
    let result = payload.length;
    for (const other of this.hub.subscribers(topic)) {
      if (other !== this && other.listener === this.listener && other.send(payload) < 0) result = -1;
    }
    return result;
  }

  /** Lets the frames sent since the last flush arrive, or the first few of them; returns them. */
  flush(most = Number.POSITIVE_INFINITY): string[] {
    const arrived = this.pending.splice(0, most);
    for (const text of arrived) this.pendingBytes -= Buffer.byteLength(text);
    this.received.push(...arrived);
    return arrived;
  }
}

/** The topics of all listeners. */
export class MemoryTopics implements Topics {
  private readonly topics = new Map<string, Set<MemorySocket>>();

  /** Number of topics with subscribers. */
  get inUse(): number {
    return this.topics.size;
  }

  subscribers(topic: string): Iterable<MemorySocket> {
    return this.topics.get(topic) ?? [];
  }

  add(topic: string, socket: MemorySocket): void {
    const subscribers = this.topics.get(topic);
    if (subscribers) subscribers.add(socket);
    else this.topics.set(topic, new Set([socket]));
  }

  delete(topic: string, socket: MemorySocket): void {
    const subscribers = this.topics.get(topic);
    if (subscribers?.delete(socket) && subscribers.size === 0) this.topics.delete(topic);
  }

  publish(topic: string, payload: Payload, skippedListener?: number): boolean {
    let lags = false;
    for (const socket of this.subscribers(topic)) {
      if (socket.listener !== skippedListener && socket.send(payload) < 0) lags = true;
    }
    return lags;
  }

  /** Removes the subscriptions of a connection that has ended. */
  drop(socket: MemorySocket): void {
    for (const topic of [...this.topics.keys()]) this.delete(topic, socket);
  }
}
