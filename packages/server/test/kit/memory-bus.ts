import type { Bus, BusOwner, OpenBus } from "../../src/bus.ts";
import { MemoryLog } from "./memory-log.ts";

interface Connection {
  readonly owner: BusOwner;
  readonly name: string;
  link: string | undefined;
}

interface WaitingFrame {
  /** The link of the sender. */
  readonly from: string;
  readonly to: Connection;
  readonly link: string;
  readonly frame: Uint8Array;
}

/** Of the log. */
interface WaitingStep {
  readonly key: string;
  readonly act: () => void;
}

type Waiting = WaitingFrame | WaitingStep;

/**
 * What carries frames between nodes in memory. They arrive when the test flushes, in order for each pair; two nodes that are separated lose
 * what they send each other, and what is held up between two arrives later.
 */
export class MemoryNetwork {
  private readonly connections: Connection[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly cuts = new Set<string>();
  /** What waits behind something slow, for each pair that has it, in one direction. */
  private readonly heldUp = new Map<string, Waiting[]>();
  private links = 0;
  private leases = -1;
  /** Frames that arrived. */
  arrived = 0;
  /** Frames arrive in the call that sends them. */
  isImmediate = false;
  readonly log = new MemoryLog({
    later: (key, act) => this.later(key, act),
    isConnected: (name) => this.named([name]).some(({ link }) => link !== undefined),
    time: () => this.clock.time(),
  });

  /** The clock is that of the log. */
  constructor(private readonly clock: { time(): number } = { time: () => 0 }) {}

  bus(name: string): OpenBus {
    return (owner) => {
      const connection: Connection = { owner, name, link: `${name}-${++this.links}` };
      this.connections.push(connection);
      owner.connected(connection.link ?? "");
      return this.busOf(connection);
    };
  }

  /** The connections of these nodes are lost, and not restored before join(). */
  lose(...names: string[]): void {
    for (const connection of this.named(names)) {
      if (connection.link === undefined) continue;
      connection.link = undefined;
      this.log.left(connection.name);
      connection.owner.disconnected();
    }
  }

  join(...names: string[]): void {
    for (const connection of this.named(names)) {
      if (connection.link !== undefined) continue;
      connection.link = `${connection.name}-${++this.links}`;
      connection.owner.connected(connection.link);
      this.log.joined(connection.name);
    }
  }

  /** The process is gone without a word. */
  kill(name: string): void {
    const connection = this.connections.find((one) => one.name === name);
    if (connection) this.end(connection);
  }

  private end(connection: Connection): void {
    connection.link = undefined;
    const index = this.connections.indexOf(connection);
    if (index < 0) return;
    this.connections.splice(index, 1);
    this.log.killed(connection.name);
  }

  /** What these nodes send each other is lost, although both are connected. */
  separate(one: string, other: string): void {
    this.cuts.add(`${one} ${other}`).add(`${other} ${one}`);
  }

  /** What the first of these nodes sends the other is lost, but not what the other sends. */
  silence(one: string, other: string): void {
    this.cuts.add(`${one} ${other}`);
  }

  reunite(): void {
    this.cuts.clear();
  }

  /** What one sends the other from now on arrives after release(). */
  holdUp(from: string, to: string): void {
    this.heldUp.getOrInsertComputed(`${from} ${to}`, () => []);
  }

  release(): void {
    for (const frames of this.heldUp.values()) this.waiting.push(...frames);
    this.heldUp.clear();
  }

  /** Frames that have been sent and not arrived. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Lets frames arrive, also those sent because of them, or only the next few. */
  flush(most = Number.POSITIVE_INFINITY): void {
    for (let count = 0; count < most; count++) {
      const next = this.waiting.shift();
      if (!next) return;
      this.deliver(next);
    }
  }

  /** Lets the next frame of one pair arrive, chosen by a number. Frames of different senders, or over different links of one, have no common order. */
  flushOne(choice: number): void {
    const first = new Map<string, number>();
    for (const [index, waiting] of this.waiting.entries()) {
      const pair = "act" in waiting ? waiting.key : `${waiting.from} ${waiting.to.name}`;
      if (!first.has(pair)) first.set(pair, index);
    }
    const indices = [...first.values()];
    const [next] = this.waiting.splice(indices[choice % indices.length] ?? 0, 1);
    if (next) this.deliver(next);
  }

  /** Does something when the test flushes; what has the same key keeps its order. */
  later(key: string, act: () => void): void {
    this.waiting.push({ key, act });
    if (this.isImmediate) this.flush();
  }

  private deliver(waiting: Waiting): void {
    if ("act" in waiting) {
      waiting.act();
      return;
    }
    const { to, link, frame } = waiting;
    if (to.link === undefined || (link !== "*" && to.link !== link)) return;
    this.arrived++;
    to.owner.received(frame);
  }

  private named(names: readonly string[]): Connection[] {
    return this.connections.filter(({ name }) => names.includes(name));
  }

  private carry(from: Connection, link: string, frame: Uint8Array): boolean {
    const { link: sender } = from;
    if (sender === undefined) return false;
    for (const to of this.connections) {
      if (to === from || this.cuts.has(`${from.name} ${to.name}`)) continue;
      if (link !== "*" && to.link !== link) continue;
      // A copy, because the sender may use its buffer again.
      (this.heldUp.get(`${from.name} ${to.name}`) ?? this.waiting).push({
        ...{ from: sender, to, link },
        frame: frame.slice(),
      });
    }
    if (this.isImmediate) this.flush();
    return true;
  }

  private busOf(connection: Connection): Bus {
    return {
      send: (link, frame) => this.carry(connection, link, frame),
      announce: (frame) => this.carry(connection, "*", frame),
      lease: async (after) => {
        if (connection.link === undefined) throw new Error("no connection");
        this.leases = Math.max(this.leases, after) + 1;
        return this.leases;
      },
      append: (shard, entry, id) => this.log.append(connection.name, shard, entry, id),
      read: (shard, after, sink) => this.log.read(connection.name, shard, after, sink),
      close: async () => this.end(connection),
    };
  }
}
