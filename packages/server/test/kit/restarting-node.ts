import type { Limits } from "../../src/config/limits.ts";
import { settleNode } from "../../src/node/settle.ts";
import { restoreNode } from "../../src/resume/restore-node.ts";
import { saveNode } from "../../src/resume/save-node.ts";
import { decodeNode, encodeNode } from "../../src/resume/saved-format.ts";
import type { SavedNode } from "../../src/resume/saved-node.ts";
import { createTestAuth, type TestAuth } from "./auth.ts";
import { createMemoryNode, defaultLimits, type MemoryNode } from "./node.ts";

type AuthMode = Parameters<typeof createTestAuth>[0];

/** A node in memory with its own accounts, that can stop and continue as another one. */
export interface RestartingNode extends MemoryNode, Pick<TestAuth, "accounts" | "passwords" | "auth"> {
  /** Brings the node to rest and returns its state as it is after the file has been written and read. */
  save(): Promise<SavedNode>;
  /** Starts another node from the state; `age` in milliseconds since it was saved. */
  restore(saved: SavedNode, options?: RestoreOptions): RestartingNode;
  /** Both: the node that takes the place of this one. */
  restart(options?: RestoreOptions): Promise<RestartingNode>;
}

export interface RestoreOptions {
  readonly age?: number;
  /** Limits that have changed. */
  readonly limits?: Partial<Limits>;
}

function throughFile(node: SavedNode): SavedNode {
  const chunks: Buffer[] = [];
  encodeNode(node, (bytes) => chunks.push(Buffer.from(bytes)));
  return decodeNode(Buffer.concat(chunks));
}

export function createRestartingNode(
  limits: Partial<Limits> = {},
  mode: AuthMode = "open",
  lastId = 0,
): RestartingNode {
  const { auth, accounts, passwords } = createTestAuth(mode);
  const ids = { latest: lastId, next: () => ++ids.latest };
  const all = { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, pingAfterSeconds: 0, ...limits };
  const memory = createMemoryNode({ limits: all, auth, ids, shardMembers: 4 });
  const { core } = memory.node;
  const node: RestartingNode = {
    ...memory,
    auth,
    accounts,
    passwords,
    async save() {
      let isSettled = false;
      const settling = settleNode(core).then(() => {
        isSettled = true;
      });
      // Deliveries in slices need turns, and the wait for logins needs time.
      while (!isSettled) {
        memory.clock.advance(10);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await settling;
      return throughFile(saveNode({ core, auth, authMode: mode, ids }));
    },
    restore(saved, { age = 0, limits: changed = {} } = {}) {
      const next = createRestartingNode({ ...limits, ...changed }, mode, saved.lastSessionId);
      for (const kind of ["user", "service"] as const) for (const one of accounts.list(kind)) next.accounts.put(one);
      const createSession = next.node.connections.restore.bind(next.node.connections);
      restoreNode(saved, { core: next.node.core, auth: next.auth, age, createSession });
      return next;
    },
    restart: async (options) => node.restore(await node.save(), options),
  };
  return node;
}
