import type { CallRouter } from "./call-router.ts";
import type { Fault } from "./fault.ts";
import type { Outbox } from "./outbox.ts";
import type { Session } from "./session.ts";

/** What the parts of a client share; makes streams and files possible outside of the core. Not for applications. */
export interface ClientInternals {
  readonly session: Session;
  readonly outbox: Outbox;
  readonly calls: CallRouter;
  /** Emits a failure that nobody listens for as the event `fault`. */
  readonly report: (fault: Fault) => void;
}
