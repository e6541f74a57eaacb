import type { Auth } from "./auth.ts";
import type { Channels } from "./channels.ts";
import type { Engine } from "./engine.ts";
import type { Session, SessionHost } from "./session.ts";

/** What handlers work with; put together in relay.ts. */
export interface Core extends Pick<SessionHost, "limits" | "counters" | "clock" | "log"> {
  /** As serverstat and /health give it. */
  readonly version: string;
  /** Every open session of this node by its id. */
  readonly sessions: ReadonlyMap<number, Session>;
  readonly channels: Channels;
  readonly engine: Engine;
  readonly auth: Auth;
}
