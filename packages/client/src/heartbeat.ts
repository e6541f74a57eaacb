import type { Clock } from "./clock.ts";

/** How often the silence is looked at, ms. */
const TICK = 5_000;
/** How long an answer may take, ms (PROTOCOL.md R60). */
const PATIENCE = 10_000;
/** A tick that comes so much later than planned, ms, means that the machine has slept. */
const DRIFT = 3_000;

export interface Heartbeat {
  /** Something came. */
  heard(): void;
  /** Asks now, whatever was heard lately. */
  check(): void;
  end(): void;
}

/**
 * Notices a connection that is dead without having been closed: after so many seconds of silence it asks, and is dead when
 * nothing comes then. Silence is counted in ticks, not read off the clock, so that a clock that is set back cannot hide it.
 */
export function startHeartbeat(clock: Clock, seconds: number, ask: () => void, dead: () => void): Heartbeat {
  let silent = -1;
  let planned = clock.now();
  let cancelTick: (() => void) | undefined;
  let cancelWait: (() => void) | undefined;
  const check = () => {
    if (cancelWait) return;
    cancelWait = clock.after(PATIENCE, dead);
    ask();
  };
  const tick = () => {
    const slept = clock.now() - planned > DRIFT;
    planned = clock.now() + TICK;
    cancelTick = clock.after(TICK, tick);
    if (++silent * TICK >= seconds * 1_000 || slept) check();
  };
  tick();
  return {
    check,
    heard() {
      silent = 0;
      cancelWait?.();
      cancelWait = undefined;
    },
    end() {
      cancelTick?.();
      cancelWait?.();
    },
  };
}
