import { type Clock, startDeadline } from "./clock.ts";

/** How often the silence is measured, ms, at least. */
const TICK = 5_000;
/** A tick that is this much late, ms, means that the machine has slept. */
const SLEPT = 3_000;
/** How long a busy connection goes without a probe, ms: the clock of the server is read from their replies. */
const FRESH = 30_000;

export interface HeartbeatTimes {
  /** Silence after which the server is asked, ms; 0 is never. */
  readonly after: number;
  /** How long its answer may take, ms (PROTOCOL.md R60). */
  readonly dead: number;
}

export interface Heartbeat {
  /** Something was received. */
  heard(): void;
  /** Probes now, whatever was received lately. */
  check(): void;
  end(): void;
}

/**
 * Notices a connection that is dead without having been closed: after silence it calls `probe`, and if nothing is received then,
 * `dead`. Silence is counted in ticks, not read from the clock: a clock that is set back would hide it.
 */
export function startHeartbeat(clock: Clock, times: HeartbeatTimes, probe: () => void, dead: () => void): Heartbeat {
  const after = times.after;
  const tick = after > 0 ? Math.min(TICK, after) : TICK;
  let silentTicks = -1;
  let sinceProbe = -tick;
  let due = clock.now();
  let cancelTick: (() => void) | undefined;
  let cancelDeadline: (() => void) | undefined;
  const check = () => {
    if (cancelDeadline) return;
    sinceProbe = 0;
    cancelDeadline = startDeadline(clock, times.dead, dead);
    probe();
  };
  const onTick = () => {
    const slept = clock.now() - due > SLEPT;
    due = clock.now() + tick;
    cancelTick = clock.after(tick, onTick);
    silentTicks++;
    sinceProbe += tick;
    if (slept || (after > 0 && (silentTicks * tick >= after || sinceProbe >= FRESH))) check();
  };
  onTick();
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
