import { closeSync, openSync, readFileSync } from "node:fs";
import type { Log } from "../log/log.ts";
import type { LogThrottle } from "../log/log-throttle.ts";

/** Handles kept free of sessions: for pages, handshakes, the log and the accounts. */
const RESERVE_SHARE = 0.05;
const MIN_RESERVE = 32;

const LIMIT = /^Max open files\s+(\d+)/m;

/** File handles this process may have, as Linux tells it; undefined where that cannot be known. */
export function fileHandleLimit(readLimits = () => readFileSync("/proc/self/limits", "utf8")): number | undefined {
  try {
    const limit = LIMIT.exec(readLimits())?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/** Sessions that fit: a connection is a handle, and without a free one not even a refusal can be sent. */
export const sessionsThatFit = (handles: number): number =>
  Math.max(1, handles - Math.max(MIN_RESERVE, Math.ceil(handles * RESERVE_SHARE)));

/** Warns when fewer sessions fit than the configuration allows. `maxSessions`: 0 is no limit. */
export function warnOfFewHandles(log: Log, handles: number | undefined, maxSessions: number): void {
  if (handles === undefined || (maxSessions > 0 && maxSessions <= sessionsThatFit(handles))) return;
  log.warn("the file-handle limit is below --max-sessions; raise it (ulimit -n, LimitNOFILE=)", {
    fileHandles: handles,
    sessionsThatFit: sessionsThatFit(handles),
    maxSessions,
  });
}

/** Opens and closes a file; throws when no handle is left. */
const useHandle = () => closeSync(openSync("/dev/null", "r"));

const isOutOfHandles = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");

/** Reports that no file handle is left, due once a second: the runtime does not tell, connections just wait. */
export function checkHandles(log: Pick<LogThrottle, "error">, probe: () => void = useHandle): void {
  try {
    probe();
  } catch (error) {
    if (!isOutOfHandles(error)) return;
    const text =
      "no file handle is left: new connections wait until others end; raise the limit (ulimit -n, LimitNOFILE=)";
    log.error(text, "EMFILE", {});
  }
}
