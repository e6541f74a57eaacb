import type { SavableAuth } from "../auth.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Core } from "../node/core.ts";
import type { SessionIds } from "../session/session-ids.ts";
import { type RestoreDeps, restoreNode } from "./restore-node.ts";
import { saveNode } from "./save-node.ts";
import type { SavedNode } from "./saved-node.ts";
import { saveSessions, type TakenSessions, takeSessions } from "./saved-sessions.ts";

export interface RestartDeps extends Pick<RestoreDeps, "createSession"> {
  /** The data folder. */
  readonly folder: string;
  readonly core: Core;
  readonly auth: SavableAuth;
  /** Name of the auth mode. */
  readonly authMode: string;
  readonly ids: Pick<SessionIds, "latest" | "settle">;
  readonly log: Log;
}

/** What was restored, once it is certain whether the relay starts. */
export interface Restored {
  /** Clients can connect now. */
  started(): void;
  /** The relay cannot start: the next attempt finds the sessions again. */
  failed(): void;
}

const NOTHING_RESTORED: Restored = { started() {}, failed() {} };

const framesOf = ({ sessions }: SavedNode): number =>
  sessions.reduce((frames, { log, queue }) => frames + log.frames.length + queue.length, 0);

const milliseconds = (since: number, { clock }: Core): number => Math.round(clock.now() - since);

function take({ folder, core, ids, authMode }: RestartDeps): TakenSessions | undefined {
  const { clock, limits } = core;
  const window = limits.resumeSeconds * 1000;
  return takeSessions(folder, { time: clock.time(), lastSessionId: ids.latest, auth: authMode, window });
}

/** Restores the sessions that the last stop saved, before any client can connect (PROTOCOL.md R82). */
export function restoreSessions(deps: RestartDeps): Restored {
  const { core, log } = deps;
  const begun = core.clock.now();
  let taken: TakenSessions | undefined;
  try {
    taken = take(deps);
  } catch (error) {
    // Later, because scripts read the port from the first line of the log.
    core.clock.afterTurn(() => log.warn("saved sessions dropped", { reason: failureText(error) }));
  }
  if (!taken) return NOTHING_RESTORED;
  const { node, age, bytes } = taken;
  const sessions = restoreNode(node, { ...deps, age });
  const took = milliseconds(begun, core);
  const frames = framesOf(node);
  core.counters.restored = { sessions, frames, seconds: took / 1000, away: age / 1000 };
  const report = { sessions, frames, bytes, milliseconds: took, away: Math.round(age / 1000) };
  return {
    started() {
      taken.remove();
      core.clock.afterTurn(() => log.info("sessions restored", report));
    },
    failed: () => taken.putBack(),
  };
}

/** Saves the sessions of a node at rest. False when they are lost, because the file could not be written. */
export function saveForRestart(deps: RestartDeps): boolean {
  const { core, log, folder } = deps;
  const begun = core.clock.now();
  try {
    const node = saveNode(deps);
    if (node.sessions.length + node.claims.length === 0) return true;
    // Before the file: a crash in between must not make it look like one of an earlier run.
    deps.ids.settle();
    const bytes = saveSessions(folder, node);
    const sessions = node.sessions.length;
    log.info("sessions saved", { sessions, frames: framesOf(node), bytes, milliseconds: milliseconds(begun, core) });
    return true;
  } catch (error) {
    log.error("the sessions cannot be saved; their clients start new ones", {
      error: failureText(error),
      data: folder,
    });
    return false;
  }
}
