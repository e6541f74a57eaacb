import { type Clock, isDelay, startDeadline } from "./clock.ts";
import { type Data, numberFrom } from "./json.ts";
import type { HeartbeatOptions } from "./options.ts";

/** Longest time between two ticks, ms. */
const TICK = 5_000;
/** A tick that is this late, ms, means that the machine was asleep. */
const SLEPT = 3_000;
/** Longest time between probes on a busy connection, ms: the replies are needed to keep track of the server's clock. */
const FRESH = 30_000;

export interface HeartbeatTimes {
  /** Silence after which the server is probed, ms; 0 means never. */
  readonly after: number;
  /** How long its reply may take, ms (PROTOCOL.md R60). */
  readonly dead: number;
}

/** How long the server may take to reply to a probe, ms. */
const DEAD = 10_000;

export function heartbeatTimes(options: HeartbeatOptions | undefined, hello: Data): HeartbeatTimes {
  const { after = (numberFrom(hello.heartbeat) ?? 15) * 1_000, dead } = options ?? {};
  // A timer of Infinity or NaN fires at once, and would end a healthy connection.
  return { after, dead: isDelay(dead) ? dead : DEAD };
}

export interface Heartbeat {
  /** Called when something was received. */
  heard(): void;
  /** Probes immediately, even if something was received recently. */
  check(): void;
  end(): void;
}

/**
 * Detects half-open connections: after silence it calls `probe`, and if nothing is received after that, `dead`. Silence is
 * counted in ticks rather than read from the clock, because a clock that is set back would hide it.
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
