import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { assemble, type Node, type NodeDeps } from "../../src/assemble.ts";
import { createAuth } from "../../src/auth/create-auth.ts";
import { createConfig } from "../../src/config/config.ts";
import { localEngine } from "../../src/engine/local.ts";
import { silentLog } from "../../src/log/log.ts";
import { tokenSource } from "../../src/resume/token-source.ts";
import { Session } from "../../src/session/session.ts";
import { memoryState } from "../../src/state/memory-state.ts";
import { sha256 } from "../../src/state/sha256.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryAccounts } from "./memory-accounts.ts";
import { MemorySocket, type MemorySocketOptions, MemoryTopics } from "./memory-socket.ts";

const defaults = createConfig();

/** The limits a relay has by default. */
export const defaultLimits = defaults.limits;

export interface MemoryConnection {
  readonly session: Session;
  readonly socket: MemorySocket;
  /** The client sends a frame. */
  send(text: string): void;
  /** The connection ends, as the network layer would report it. */
  end(code?: number): void;
}

export interface ConnectOptions {
  readonly dialect?: Dialect;
  readonly instance?: string;
  readonly address?: string;
  /** The client offers the subprotocol of a resume (PROTOCOL.md R73). */
  readonly resumes?: true;
  readonly reports?: true;
  readonly socket?: MemorySocketOptions;
}

/** A node without ports, with a clock that the test controls. */
export interface MemoryNode {
  readonly node: Node;
  readonly clock: FakeClock;
  connect(options?: ConnectOptions): MemoryConnection;
  /** The same for a connection that may have no session yet. */
  open(options?: ConnectOptions): Omit<MemoryConnection, "session">;
  /** Lets whole seconds pass, with a tick for each. */
  seconds(count: number): void;
}

export function createMemoryNode(parts: Partial<NodeDeps> = {}): MemoryNode {
  const clock = new FakeClock();
  const topics = new MemoryTopics();
  let id = 0;
  const node = assemble({
    version: "test",
    limits: defaultLimits,
    auth: createAuth(defaults, new MemoryAccounts(), clock),
    topics,
    ids: { next: () => ++id },
    tokens: tokenSource,
    clock,
    log: silentLog,
    state: memoryState(0),
    createSharedState: () => memoryState(0),
    digest: sha256,
    createEngine: localEngine,
    ...parts,
  });
  const open = (options: ConnectOptions = {}): Omit<MemoryConnection, "session"> => {
    const { dialect = "classic", instance = ROOT_INSTANCE, address = "127.0.0.1", resumes, reports } = options;
    const socket = new MemorySocket(topics, options.socket);
    const endpoint = { dialect, instance, listenerIndex: socket.listener, ...(reports && { reports }) };
    node.open({ endpoint, address, ...(resumes && { resumes }) }, socket);
    return {
      socket,
      send: (text) => socket.data.owner?.receive(text),
      end(code = 1000) {
        topics.drop(socket);
        socket.terminate();
        socket.data.owner?.closed(code, false);
      },
    };
  };
  return {
    node,
    clock,
    open,
    connect(options) {
      const connection = open(options);
      const session = connection.socket.data.owner;
      if (!(session instanceof Session)) throw new Error("the node has no session id left");
      return { ...connection, session };
    },
    seconds(count) {
      for (let second = 0; second < count; second++) {
        clock.advance(1_000);
        node.tick();
      }
    },
  };
}
