import type { Clock } from "../clock.ts";
import type { Log } from "./log.ts";

const MINUTE = 60_000;
/** Kinds of events that are distinguished. The text of an error can be anything, so without a limit they could fill the memory. */
const MAX_KINDS = 100;

interface Kind {
  written: number;
  /** Events omitted since then. */
  omitted: number;
}

/**
 * Logs an event at most once a minute for each message and cause, for events that a client or a full disk can cause hundreds
 * of times a second. The next one that is logged has a field `repeated`: how many were omitted.
 */
export class LogThrottle {
  private readonly kinds = new Map<string, Kind>();

  constructor(
    private readonly log: Log,
    private readonly clock: Pick<Clock, "now">,
  ) {}

  /** `cause` distinguishes events with the same message. It comes from the server's own code or files, never from a client. */
  warn(message: string, cause: string, fields: Record<string, unknown>): void {
    this.write("warn", message, cause, fields);
  }

  error(message: string, cause: string, fields: Record<string, unknown>): void {
    this.write("error", message, cause, fields);
  }

  private write(level: "warn" | "error", message: string, cause: string, fields: Record<string, unknown>): void {
    const key = `${message}\n${cause}`;
    const now = this.clock.now();
    const kind = this.kinds.get(key);
    if (kind && now - kind.written < MINUTE) {
      kind.omitted++;
      return;
    }
    if (!kind && this.kinds.size >= MAX_KINDS && !this.forgetOld(now)) return;
    this.log[level](message, kind && kind.omitted > 0 ? { ...fields, repeated: kind.omitted } : fields);
    this.kinds.set(key, { written: now, omitted: 0 });
  }

  /** Makes room for a new kind; false when all were written within the last minute. */
  private forgetOld(now: number): boolean {
    for (const [key, { written }] of this.kinds) if (now - written >= MINUTE) this.kinds.delete(key);
    return this.kinds.size < MAX_KINDS;
  }
}
