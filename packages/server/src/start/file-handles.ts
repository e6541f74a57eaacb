import { closeSync, openSync, readFileSync } from "node:fs";
import type { Log } from "../log/log.ts";
import type { LogThrottle } from "../log/log-throttle.ts";

/** Share of file handles reserved for pages, handshakes, the log and the accounts. */
const RESERVE_SHARE = 0.05;
const MIN_RESERVE = 32;

const LIMIT = /^Max open files\s+(\d+)/m;

/** File handles this process may open, as reported by Linux; undefined on other systems. */
export function fileHandleLimit(readLimits = () => readFileSync("/proc/self/limits", "utf8")): number | undefined {
  try {
    const limit = LIMIT.exec(readLimits())?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/**
 * Largest number of sessions for this many file handles. Each connection uses one, and without a free handle the server cannot
 * even reject a connection.
 */
export const sessionsThatFit = (handles: number): number =>
  Math.max(1, handles - Math.max(MIN_RESERVE, Math.ceil(handles * RESERVE_SHARE)));

/** Warns if there are too few file handles for the configured number of sessions. A `maxSessions` of 0 means no limit. */
export function warnOfFewHandles(log: Log, handles: number | undefined, maxSessions: number): void {
  if (handles === undefined || (maxSessions > 0 && maxSessions <= sessionsThatFit(handles))) return;
  log.warn("the file-handle limit is below --max-sessions; raise it (ulimit -n, LimitNOFILE=)", {
    fileHandles: handles,
    sessionsThatFit: sessionsThatFit(handles),
    maxSessions,
  });
}

/** Opens and closes a file; throws if no handle is left. */
const useHandle = () => closeSync(openSync("/dev/null", "r"));

const isOutOfHandles = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");

/**
 * Logs an error when no file handle is left. Must be called once a second, because the runtime reports nothing: new connections
 * just wait.
 */
export function checkHandles(log: Pick<LogThrottle, "error">, probe: () => void = useHandle): void {
  try {
    probe();
  } catch (error) {
    if (!isOutOfHandles(error)) return;
    const text =
      "no file handles are left: new connections wait until others end; raise the limit (ulimit -n, LimitNOFILE=)";
    log.error(text, "EMFILE", {});
  }
}
