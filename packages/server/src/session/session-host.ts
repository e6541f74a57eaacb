import type { Dialect, DropReason } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Limits } from "../config/limits.ts";
import type { SlicedDelivery } from "../delivery/sliced-delivery.ts";
import type { LogThrottle } from "../log/log-throttle.ts";
import type { Payload } from "../socket.ts";
import type { InboxDeps } from "./inbox.ts";
import type { OutboundDeps } from "./outbound.ts";

/** When a silent peer is pinged and when it counts as dead; see Session.heartbeatTick(). */
export type Heartbeat = Pick<Limits, "pingAfterSeconds" | "deadAfterSeconds">;

/** The services a session uses (itself the type parameter, so that this file does not depend on it), and the callbacks it reports to. */
export interface SessionHost<Session> extends InboxDeps, OutboundDeps {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logThrottle: Pick<LogThrottle, "warn" | "error">;
  readonly sliced: Pick<SlicedDelivery, "takeStarted">;
  heartbeat(dialect: Dialect): Heartbeat;
  /** Handles a frame. When it returns a promise, later frames of the session wait until that settles. */
  handle(session: Session, frame: Payload): void | Promise<void>;
  /** Called for a frame that is not parsed because the session exceeded a limit. */
  rejected(session: Session, frame: Payload, reason: DropReason): void;
  /** The connection has ended. Frames may still wait: until they are handled the session stays a member, but receives nothing. */
  connectionEnded(session: Session): void;
  /** The session was closed because it sent far more than its limits allow. */
  flooded(session: Session): void;
  /** The session has ended: remove it from everything. */
  ended(session: Session): void;
}
