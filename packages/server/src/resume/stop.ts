import type { Clock } from "../clock.ts";
import { settleNode } from "../node/settle.ts";
import { drainSessions, GRACE_MILLISECONDS } from "../session/drain.ts";
import { type RestartDeps, saveForRestart } from "./restart.ts";

const POLL_MILLISECONDS = 10;

/** The connections of the node, as far as a stop needs to know them. */
export interface OpenConnections {
  readonly openConnections: number;
}

/** Resolves when every connection has ended, or after a second. */
function connectionsEnded(connections: OpenConnections, clock: Clock): Promise<void> {
  const start = clock.now();
  return new Promise((resolve) => {
    const check = () => {
      if (connections.openConnections > 0 && clock.now() - start < GRACE_MILLISECONDS) return;
      stop();
      resolve();
    };
    const stop = clock.every(POLL_MILLISECONDS, check);
    check();
  });
}

/**
 * Closes all sessions of a node that stops (PROTOCOL.md R82, X1). Those that cannot be resumed are first, over the drain time and
 * while everything still works: a message that they send must reach those that are saved, who also see them leave.
 */
export async function closeSessions(deps: RestartDeps, drain: number, connections: OpenConnections): Promise<void> {
  const { core } = deps;
  const others = [...core.sessions.values()].filter(({ resumable }) => !resumable);
  await drainSessions(others, drain, core.clock);
  // In a cluster, only those that no other node takes are saved.
  await core.handover?.moveAll();
  await settleNode(core);
  // From here to the last close, everything happens in one turn: a frame that is sent after the save must not reach a client.
  const isSaved = saveForRestart(deps);
  for (const session of core.sessions.values()) {
    if (!session.resumable) continue;
    if (isSaved) session.closeAndKeep("restarting", "shutdown");
    else session.close("goingAway", "shutdown");
  }
  await connectionsEnded(connections, core.clock);
}
