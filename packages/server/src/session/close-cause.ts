import type { LogThrottle } from "../log/log-throttle.ts";
import type { CloseCause } from "../metrics/counters.ts";
import type { Endpoint, SessionState } from "./session-state.ts";

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
