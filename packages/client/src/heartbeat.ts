import type { Clock } from "./clock.ts";

/** How often the silence is measured, ms. */
const TICK = 5_000;
/** How long an answer may take, ms (PROTOCOL.md R60). */
const ANSWER = 10_000;
/** A tick that is this much late, ms, means that the machine has slept. */
const DRIFT = 3_000;

export interface Heartbeat {
  /** Something was received. */
  heard(): void;
  /** Probes now, whatever was received lately. */
  check(): void;
  end(): void;
}

/**
 * Notices a connection that is dead without having been closed: after so many seconds of silence it calls `probe`, and if
 * nothing is received then, `dead`. Silence is counted in ticks, not read from the clock: a clock that is set back would hide it.
 */
export function startHeartbeat(clock: Clock, seconds: number, probe: () => void, dead: () => void): Heartbeat {
  let silentTicks = -1;
  let due = clock.now();
  let cancelTick: (() => void) | undefined;
  let cancelDeadline: (() => void) | undefined;
  const check = () => {
    if (cancelDeadline) return;
    cancelDeadline = clock.after(ANSWER, dead);
    probe();
  };
  const tick = () => {
    const slept = clock.now() - due > DRIFT;
    due = clock.now() + TICK;
    cancelTick = clock.after(TICK, tick);
    if (++silentTicks * TICK >= seconds * 1_000 || slept) check();
  };
  tick();
  return {
    check,
    heard() {
      silentTicks = 0;
      cancelDeadline?.();
      cancelDeadline = undefined;
    },
    end() {
      cancelTick?.();
      cancelDeadline?.();
    },
  };
}
