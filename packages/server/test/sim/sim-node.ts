import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { assemble, type Node, type NodeDeps } from "../../src/assemble.ts";
import type { SavableAuth } from "../../src/auth.ts";
import { localEngine } from "../../src/engine/local.ts";
import { silentLog } from "../../src/log/log.ts";
import { settleNode } from "../../src/node/settle.ts";
import { restoreNode } from "../../src/resume/restore-node.ts";
import { saveNode } from "../../src/resume/save-node.ts";
import { decodeNode, encodeNode } from "../../src/resume/saved-format.ts";
import type { SavedNode } from "../../src/resume/saved-node.ts";
import { tokenSource } from "../../src/resume/token-source.ts";
import { Rooms } from "../../src/rooms/rooms.ts";
import { Session } from "../../src/session/session.ts";
import { memoryState } from "../../src/state/memory-state.ts";
import { sha256 } from "../../src/state/sha256.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { MemorySocket, type MemorySocketOptions, MemoryTopics } from "../kit/memory-socket.ts";
import { defaultLimits } from "../kit/node.ts";
import { Random } from "./random.ts";

interface SimNodeDeps extends Pick<NodeDeps, "auth">, Partial<Pick<NodeDeps, "createEngine">> {
  readonly limits?: Partial<NodeDeps["limits"]>;
  /** Where messages are kept, for each node that is started. */
  readonly keep?: () => NodeDeps["keep"];
}

function decoded(node: SavedNode): SavedNode {
  const chunks: Buffer[] = [];
  encodeNode(node, (bytes) => chunks.push(Buffer.from(bytes)));
  return decodeNode(Buffer.concat(chunks));
}

/** What the two simulators share: a seeded node in memory, its clock and topics, and a log of what has been done to it. */
export class SimNode {
  readonly random: Random;
  readonly clock = new FakeClock();
  topics = new MemoryTopics();
  node: Node;
  private readonly events: string[] = [];
  private ids = 0;

  /** `longTurns`: probability that turns of the event loop end only when the simulator ends them. */
  constructor(
    private readonly seed: number,
    longTurns: number,
    private readonly deps: SimNodeDeps,
  ) {
    this.random = new Random(seed);
    this.clock.hasLongTurns = this.random.chance(longTurns);
    this.node = this.createNode();
  }

  private createNode(): Node {
    const { limits, keep: keepOf, ...deps } = this.deps;
    const keep = keepOf?.();
    return assemble({
      version: "sim",
      limits: { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, sessionsPerAddress: 0, ...limits },
      tokens: tokenSource,
      topics: this.topics,
      ids: { next: () => ++this.ids },
      clock: this.clock,
      log: {
        ...silentLog,
        error: (message) => {
          throw this.fail(`the node logged "${message}"`);
        },
      },
      // Small, so that messages to a few members are sent in shards as those to thousands are.
      shardMembers: 2,
      state: memoryState(0),
      createSharedState: () => memoryState(0),
      digest: sha256,
      createEngine: localEngine,
      ...deps,
      ...(keep && { keep }),
    });
  }

  /** The process ends without a warning, and another starts. */
  crash(): void {
    this.topics = new MemoryTopics();
    this.clock.allTurns();
    this.node = this.createNode();
  }

  /** Stops the node and starts another from what it has saved. Connections are closed as a relay that stops closes them. */
  async restart(auth: SavableAuth, stopped = (): void => {}): Promise<void> {
    const { core } = this.node;
    let isSettled = false;
    const settling = settleNode(core).then(() => {
      isSettled = true;
    });
    while (!isSettled) {
      this.clock.advance(10);
      await this.settle();
    }
    await settling;
    const saved = decoded(saveNode({ core, auth, authMode: "sim", ids: { latest: this.ids } }));
    for (const session of core.sessions.values()) if (session.resumable) session.closeAndKeep("restarting", "shutdown");
    stopped();
    this.topics = new MemoryTopics();
    this.node = this.createNode();
    const createSession = this.node.connections.restore.bind(this.node.connections);
    restoreNode(saved, { core: this.node.core, auth, age: 0, createSession });
    this.clock.allTurns();
    await this.settle();
  }

  log(event: string): void {
    this.events.push(event);
  }

  connect(
    dialect: Dialect,
    instance: string,
    options: MemorySocketOptions & { readonly listener: number },
  ): { readonly session: Session; readonly socket: MemorySocket } {
    const socket = new MemorySocket(this.topics, options);
    const endpoint = { dialect, instance, listenerIndex: options.listener };
    const session = this.node.open({ endpoint, address: "192.0.2.7" }, socket);
    if (!(session instanceof Session)) throw this.fail("no session was opened");
    this.log(`${session.id} connects: ${dialect} ${instance} ${options.listener}`);
    return { session, socket };
  }

  /** Opens a connection without expecting a session: it may be about to resume one. */
  open(dialect: Dialect, instance: string, socket: MemorySocket, resumes: boolean): void {
    const endpoint = { dialect, instance, listenerIndex: socket.listener };
    // Sessions of another address than loopback would share one session's part of a turn.
    this.node.open({ endpoint, address: "127.0.0.1", ...(resumes && { resumes }) }, socket);
  }

  /** Reports the end of a connection, as the network layer does, to the session that uses it, if there is one. */
  end(socket: MemorySocket, code: number): void {
    socket.terminate();
    this.topics.drop(socket);
    socket.data.owner?.closed(code, false);
    socket.data.owner = undefined;
  }

  /** The term of a room; undefined when it has none. */
  termOf(instance: string, { kind, name }: { readonly kind: "hub" | "bc"; readonly name: string }): number | undefined {
    const { channels, rooms } = this.node.core;
    const channel = channels.find(instance, kind === "hub" ? "hub" : "broadcast", name);
    return channel && rooms instanceof Rooms ? rooms.find(channel)?.state.term : undefined;
  }

  /** What the node still holds; all 0 after every session has ended. */
  leftovers(): Record<string, number> {
    const { core } = this.node;
    return {
      sessions: core.sessions.size,
      calls: core.openCalls.count,
      parties: core.openCalls.sessionCount,
      presence: core.presence.followedChannels,
      watched: core.nameWatchers.watchedNames,
      names: [...core.channels.names(ROOT_INSTANCE)].length,
      topics: this.topics.inUse,
    };
  }

  /** Ends a connection as the network layer would report it. */
  disconnect({ session, socket }: { readonly session: Session; readonly socket: MemorySocket }, code: number): void {
    socket.terminate();
    this.topics.drop(socket);
    session.closed(code, false);
  }

  /** Lets everything run that waits for a settled promise. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** An error that names the seed and the latest events. */
  fail(what: string): Error {
    return new Error(`seed ${this.seed}: ${what}\n  after ${this.events.slice(-40).join("\n        ")}`);
  }
}
