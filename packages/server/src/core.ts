import type { Calls } from "./achex2/calls.ts";
import type { Complaints } from "./achex2/complaints.ts";
import type { Presence } from "./achex2/presence.ts";
import type { Watches } from "./achex2/watches.ts";
import type { Auth } from "./auth.ts";
import type { Channels } from "./channels.ts";
import type { Deliver } from "./deliver.ts";
import type { Engine } from "./engine.ts";
import type { Session, SessionHost } from "./session.ts";

/** What handlers work with; put together in assemble.ts. */
export interface Core extends Pick<SessionHost, "limits" | "counters" | "clock" | "log" | "confirmations" | "rounds"> {
  /** As serverstat and /health give it. */
  readonly version: string;
  /** Every open session of this node by its id. */
  readonly sessions: ReadonlyMap<number, Session>;
  /** Those whose connection is over while frames of theirs still wait behind a login. */
  readonly lingering: Set<Session>;
  readonly channels: Channels;
  readonly engine: Engine;
  readonly auth: Auth;
  readonly deliver: Pick<Deliver, "resolve">;

  readonly presence: Presence;
  readonly watches: Watches;
  readonly calls: Calls;
  readonly complaints: Complaints;
}
