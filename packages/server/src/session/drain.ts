import type { Clock } from "../clock.ts";
import type { Session } from "./session.ts";

const STEP_MILLISECONDS = 10;
/** Time for closing handshakes and last bytes once every session has been told. */
const GRACE_MILLISECONDS = 1_000;

/**
 * Closes all sessions, spread evenly over the seconds given: a fleet that is told to come back all at once would. Resolves
 * when all are gone, or a second after the last was told. Few sessions go at once.
 */
export function drainSessions(sessions: ReadonlyMap<number, Session>, seconds: number, clock: Clock): Promise<void> {
  const waiting = [...sessions.values()];
  const steps = Math.max(1, (seconds * 1000) / STEP_MILLISECONDS);
  const perStep = Math.max(20, Math.ceil(waiting.length / steps));
  let toldAll = Number.POSITIVE_INFINITY;
  return new Promise((resolve) => {
    const step = () => {
      for (const session of waiting.splice(0, perStep)) session.close("goingAway", "shutdown");
      if (waiting.length === 0) toldAll = Math.min(toldAll, clock.now());
      if (sessions.size > 0 && clock.now() - toldAll < GRACE_MILLISECONDS) return;
      end();
      resolve();
    };
    const end = clock.every(STEP_MILLISECONDS, step);
    step();
  });
}
