/**
 * `waiting`: it is there and has sent nothing yet. `live`: its readings arrive. `stale`: three readings are missing. `offline`: it has left,
 * its connection is down, or it has been silent for so long that it is not to be relied upon.
 */
export type Liveness = "waiting" | "live" | "stale" | "offline";

/** Readings that are missing before a value is stale. */
const SAMPLES = 3;
/** Silence that means offline, for those that send often, ms. An instrument that hangs does not leave. */
const SILENCE = 1_500;
/** Timers of instruments and networks are not exact, ms. */
const TOLERANCE = 100;

export interface Signs {
  /** Whether it is a member that is not away. */
  readonly isPresent: boolean;
  /** When it was announced, and when the last reading came, ms; undefined: never. */
  readonly announcedAt: number;
  readonly lastAt: number | undefined;
  /** Between two readings, ms. */
  readonly interval: number;
}

export function livenessAt(now: number, { isPresent, announcedAt, lastAt, interval }: Signs): Liveness {
  if (!isPresent) return "offline";
  const silence = now - (lastAt ?? announcedAt);
  const allowed = SAMPLES * interval + TOLERANCE;
  if (silence > Math.max(SILENCE, allowed)) return "offline";
  if (lastAt === undefined) return "waiting";
  return silence > allowed ? "stale" : "live";
}
