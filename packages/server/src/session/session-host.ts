import type { Dialect, DropReason } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Limits } from "../config/limits.ts";
import type { SlicedDelivery } from "../delivery/sliced-delivery.ts";
import type { LogThrottle } from "../log/log-throttle.ts";
import type { Payload } from "../socket.ts";
import type { ConnectedDeps } from "./connected-session.ts";
import type { InboxDeps } from "./inbox.ts";

/** When a silent peer is pinged and when it counts as dead; see Session.heartbeatTick(). */
export type Heartbeat = Pick<Limits, "pingAfterSeconds" | "deadAfterSeconds">;

/** The services a session uses (itself the type parameter, so that this file does not depend on it), and the callbacks it reports to. */
export interface SessionHost<Session> extends InboxDeps, ConnectedDeps {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logThrottle: Pick<LogThrottle, "warn" | "error">;
  readonly sliced: Pick<SlicedDelivery, "takeStarted">;
  heartbeat(dialect: Dialect): Heartbeat;
  /** Handles a frame. When it returns a promise, later frames of the session wait until that settles. */
  handle(session: Session, frame: Payload): void | Promise<void>;
  /** Called for a frame that is not parsed because the session exceeded a limit. */
  rejected(session: Session, frame: Payload, reason: DropReason): void;
  /**
   * Handles a frame that is not counted at the moment it arrives, ahead of those that wait (PROTOCOL.md R71). False when it is
   * one that has to wait like any other.
   */
  handleOnArrival(session: Session, frame: string, bytes: number): boolean;
  /** The topics of everything the session is in or follows. */
  topicsOf(session: Session): Iterable<string>;
  /** Runs `act` now, or as soon as the message that is being published has been. */
  afterPublish(act: () => void): void;
  /** Notes what becomes of a session without its connection. */
  readonly away: {
    wentAway(session: Session, milliseconds: number): void;
    cameBack(session: Session): void;
    caughtUp(session: Session): void;
    ending(session: Session): void;
    ended(session: Session): void;
  };
  /** The client has read everything that waited for it. */
  drained(session: Session): void;
  /** The session has ended with its connection or its window. Frames may still wait: until they are handled the session stays a member, but receives nothing. */
  connectionEnded(session: Session): void;
  /** The session was closed because it sent far more than its limits allow. */
  flooded(session: Session): void;
  /** The session has ended: remove it from everything. */
  ended(session: Session): void;
}
