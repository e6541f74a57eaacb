import type { Core } from "../node/core.ts";
import type { Resumable } from "../resume/resumable.ts";
import { savedSession } from "../resume/save-node.ts";
import type { SavedSession } from "../resume/saved-node.ts";
import type { Session } from "../session/session.ts";
import type { Payload } from "../socket.ts";

/** Latest-value messages that wait for sessions which move (PROTOCOL.md R130, R168). */
type Latest = Core["deliver"]["latest"];

/** A session as it is sent to another node, with what waits for it. */
export function movingSession(
  deps: Parameters<typeof savedSession>[0],
  session: Session,
  resumable: Resumable,
): SavedSession {
  const saved = savedSession(deps, session, resumable);
  const waiting = deps.core.deliver.latest.waiting(session);
  return waiting.length === 0 ? saved : { ...saved, latest: waiting };
}

/** At the old node, once the session has been sent: what comes for it is passed on. */
export function leaveLatest(latest: Latest, session: Session, forward: (key: string, payload: Payload) => void): void {
  latest.forget(session);
  latest.divert(session, forward);
}

/** At the new node: what comes directly is newer than what the old node forwards, so it must not be replaced by that. */
export function restoreLatest(
  latest: Latest,
  session: Session,
  waiting: SavedSession["latest"],
  later: (() => void)[],
): void {
  for (const [key, payload] of waiting ?? []) latest.put(session, key, payload);
  latest.divert(session, (key, payload) => later.push(() => latest.sendTo(session, key, payload)));
}
