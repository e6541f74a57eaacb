import type { CallRouter } from "./call-router.ts";
import type { Fault } from "./fault.ts";
import type { MessageReader } from "./message-reader.ts";
import type { Outbox } from "./outbox.ts";
import type { SendIds } from "./send-ids.ts";
import type { Session } from "./session.ts";

/** What the parts of a client share, so that streams and files can be separate modules. Not for applications. */
export interface ClientInternals {
  readonly session: Session;
  readonly outbox: Outbox;
  readonly calls: CallRouter;
  readonly sendIds: SendIds;
  readonly reader: MessageReader;
  /** Emits a failure that has no listener as the event `fault`. */
  readonly report: (fault: Fault) => void;
}
