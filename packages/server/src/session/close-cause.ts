import { simulatedDrop } from "@achex/protocol";
import type { LogThrottle } from "../log/log-throttle.ts";
import type { CloseCause } from "../metrics/counters.ts";
import type { Endpoint, SessionState } from "./session-state.ts";

/** Codes with which a client says that it leaves; 1005 stands for a close without a code. */
const isCleanClose = (code: number): boolean =>
  code === 1000 || code === 1001 || code === 1005 || (code >= 3000 && code !== simulatedDrop);

/** Seconds that a session waits for the page that replaces the one it belonged to (PROTOCOL.md R79). */
const RELOAD_SECONDS = 15;
const PAGE_GOES_AWAY = 1001;

export interface Ending {
  readonly code: number;
  readonly violation: boolean;
  readonly cause: CloseCause;
}

/**
 * Seconds for which a session may be resumed after its connection ended like that; 0 when it ends as well: the client left, or
 * the server closed it for good, or resuming would end the same way (PROTOCOL.md R75, R79).
 */
export function awaySeconds({ code, violation, cause }: Ending, window: number, reload: boolean): number {
  if (violation) return 0;
  if (cause === "dead" || cause === "backlog" || cause === "vanished") return window;
  if (cause !== "client") return 0;
  if (reload && code === PAGE_GOES_AWAY) return Math.min(RELOAD_SECONDS, window);
  return isCleanClose(code) ? 0 : window;
}

interface SessionFacts {
  readonly id: number;
  readonly endpoint: Endpoint;
  readonly state: SessionState;
}

/** Why a connection ended that the server did not close, from the code that the WebSocket layer reports. */
export function causeOf(code: number, violation: boolean, isLagging: boolean): CloseCause {
  if (violation) return code === 1009 ? "frame-too-large" : "protocol-error";
  if (code !== 1006) return "client";
  return isLagging ? "backlog" : "vanished";
}

/** Legacy clients receive no reason, so it is logged for the operator. The size is unknown because the frame was not read. */
export function logOversizedFrame(
  { state, endpoint, id }: SessionFacts,
  logThrottle: Pick<LogThrottle, "warn">,
  limit: number,
): void {
  logThrottle.warn("a session was closed because it sent a frame above --max-frame", endpoint.dialect, {
    ...(state.kind === "named" ? { name: state.name } : {}),
    session: id,
    dialect: endpoint.dialect,
    instance: endpoint.instance,
    limit,
    hint: "raise --max-frame if this client should be allowed",
  });
}
