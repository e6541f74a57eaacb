import type { Clock } from "../clock.ts";
import type { Core } from "./core.ts";

/** A password check that takes longer begins again after the restart. */
const LOGIN_MILLISECONDS = 2_000;
const POLL_MILLISECONDS = 10;

/** Resolves when no session waits for a login, and none for a message that is still being sent, or after two seconds. */
function sessionsUnblocked({ sessions, clock }: Pick<Core, "sessions" | "clock">): Promise<void> {
  const start = clock.now();
  let blocked = [...sessions.values()];
  return new Promise((resolve) => {
    const check = () => {
      blocked = blocked.filter((session) => session.inbox.isBlocked);
      if (blocked.length > 0 && clock.now() - start < LOGIN_MILLISECONDS) return;
      stop();
      resolve();
    };
    const stop: ReturnType<Clock["every"]> = clock.every(POLL_MILLISECONDS, check);
    check();
  });
}

/** A promise settles before the next turn of the event loop. */
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Brings a node to rest, so that its state can be saved: no more frames are handled, what has begun is completed, and sessions
 * that cannot be resumed are gone. Afterwards only a login that takes very long can still change anything.
 */
export async function settleNode(core: Core): Promise<void> {
  core.scheduler.freeze();
  await sessionsUnblocked(core);
  for (const session of core.sessions.values()) {
    if (!session.resumable) {
      session.socket.terminate();
      session.end();
    }
    if (session.isClosed) session.inbox.finish();
    else session.endLatency();
  }
  // After the frames of ended connections, which may have been sent to kept channels.
  await core.kept?.settled();
  core.departures.finish();
  // After those who left, whose keys are deleted.
  await core.rooms.settled();
  core.deliver.settle();
  // Without this, the frame that a session was blocked by would be saved and handled a second time.
  await turnOfTheLoop();
  core.deliver.settle();
}
