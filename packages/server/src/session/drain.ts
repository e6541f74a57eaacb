import type { Clock } from "../clock.ts";
import type { Session } from "./session.ts";

const STEP_MILLISECONDS = 10;
/** Time for closing handshakes and last bytes after all sessions have been closed. */
export const GRACE_MILLISECONDS = 1_000;

type Drained = Pick<Session, "isClosed" | "close">;

/**
 * Closes the sessions, spread evenly over the given seconds, because clients that are closed at the same moment reconnect at
 * the same moment. Resolves when all have disconnected, or a second after the last was closed. Few sessions are closed at once.
 */
export function drainSessions(sessions: Iterable<Drained>, seconds: number, clock: Clock): Promise<void> {
  const open = [...sessions];
  const waiting = [...open];
  const steps = Math.max(1, (seconds * 1000) / STEP_MILLISECONDS);
  const perStep = Math.max(20, Math.ceil(waiting.length / steps));
  let allClosedAt = Number.POSITIVE_INFINITY;
  return new Promise((resolve) => {
    const step = () => {
      for (const session of waiting.splice(0, perStep)) session.close("goingAway", "shutdown");
      if (waiting.length === 0) allClosedAt = Math.min(allClosedAt, clock.now());
      while (open.at(-1)?.isClosed) open.pop();
      if (open.length > 0 && clock.now() - allClosedAt < GRACE_MILLISECONDS) return;
      stop();
      resolve();
    };
    const stop = clock.every(STEP_MILLISECONDS, step);
    step();
  });
}
