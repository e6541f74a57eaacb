import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { assemble, type Node, type NodeDeps } from "../../src/assemble.ts";
import { createAuth } from "../../src/auth/create-auth.ts";
import { createConfig } from "../../src/config/config.ts";
import { localEngine } from "../../src/engine/local.ts";
import { silentLog } from "../../src/log/log.ts";
import type { Session } from "../../src/session/session.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryAccounts } from "./memory-accounts.ts";
import { MemorySocket, MemoryTopics } from "./memory-socket.ts";

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

/** A node without ports, with a clock that the test controls. */
export interface MemoryNode {
  readonly node: Node;
  readonly clock: FakeClock;
  connect(options?: { dialect?: Dialect; instance?: string; address?: string }): MemoryConnection;
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
    clock,
    log: silentLog,
    createEngine: localEngine,
    ...parts,
  });
  return {
    node,
    clock,
    connect({ dialect = "classic", instance = ROOT_INSTANCE, address = "127.0.0.1" } = {}) {
      const socket = new MemorySocket(topics);
      const session = node.open({ endpoint: { dialect, instance, listenerIndex: 0 }, address }, socket);
      if (!session) throw new Error("the node has no session id left");
      return {
        session,
        socket,
        send: (text) => socket.data.owner?.receive(text),
        end(code = 1000) {
          topics.drop(socket);
          socket.terminate();
          socket.data.owner?.closed(code, false);
        },
      };
    },
    seconds(count) {
      for (let second = 0; second < count; second++) {
        clock.advance(1_000);
        node.tick();
      }
    },
  };
}
