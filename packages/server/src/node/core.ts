import type { Auth } from "../auth.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Channels } from "../delivery/channels.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { Engine } from "../engine.ts";
import type { BacklogCap } from "../fairness/backlog-cap.ts";
import type { SlicedWork } from "../fairness/sliced-work.ts";
import type { TurnScheduler } from "../fairness/turn-scheduler.ts";
import type { HandoverPort } from "../handover/handover-port.ts";
import type { MovingSessions } from "../handover/moving-sessions.ts";
import type { LogThrottle } from "../log/log-throttle.ts";
import type { AwaySessions } from "../resume/away-sessions.ts";
import type { HeldBytes } from "../resume/held-bytes.ts";
import type { Resumes } from "../resume/resumes.ts";
import type { Tokens } from "../resume/tokens.ts";
import type { NodeRooms } from "../rooms/node-rooms.ts";
import type { Session } from "../session/session.ts";
import type { SessionHost } from "../session/session-host.ts";
import type { EventClock } from "./event-clock.ts";
import type { FaultThrottle } from "./fault-throttle.ts";
import type { KeptChannels } from "./kept-channels.ts";
import type { NameWatchers } from "./name-watchers.ts";
import type { OpenCalls } from "./open-calls.ts";
import type { Presence } from "./presence.ts";
import type { RecentResults } from "./recent-results.ts";
import type { ServerstatListings } from "./serverstat-listings.ts";
import type { TurnHolds } from "./turn-holds.ts";

/** The state and services of a node that handlers use; created in assemble.ts. */
export interface Core
  extends Pick<
    SessionHost<Session>,
    "limits" | "counters" | "clock" | "acks" | "broadcasts" | "queuedBytes" | "sliced"
  > {
  /** The version that serverstat and /health report. */
  readonly version: string;
  /** Every open session of this node by its id. */
  readonly sessions: ReadonlyMap<number, Session>;
  /** Sessions whose connection has ended and that are being removed from their channels. */
  readonly departures: SlicedWork;
  /** Runs a job among the departures, each step charged for the frames it sends. */
  inSlices(steps: Iterator<void>): void;
  readonly scheduler: TurnScheduler;
  readonly backlogs: BacklogCap;
  readonly channels: Channels;
  readonly logThrottle: LogThrottle;
  readonly engine: Engine;
  /** What this node knows of the others; undefined if it is not in a cluster. */
  readonly cluster: Cluster | undefined;
  /** Sessions that are moving to or from this node. */
  readonly moving: MovingSessions;
  /** Moves sessions between the nodes of a cluster; undefined if the node is not in one. */
  handover: HandoverPort | undefined;
  readonly auth: Auth;
  readonly deliver: Pick<Deliver, "sink" | "resolve" | "settle" | "afterPublish" | "latest">;

  /** Makes sessions resumable and resumes them. */
  readonly resumes: Resumes;
  /** Sessions whose connection has dropped. */
  readonly away: AwaySessions<Session>;
  /** Frames held for clients that may resume. */
  readonly held: HeldBytes;
  readonly tokens: Tokens<Session>;
  readonly presence: Presence;
  readonly rooms: NodeRooms;
  /** undefined if no channel is kept. */
  readonly kept: KeptChannels | undefined;
  readonly recentResults: RecentResults;
  readonly nameWatchers: NameWatchers;
  readonly events: EventClock;
  readonly openCalls: OpenCalls;
  /** Messages that instances of a service were given in turn while they were away. */
  readonly turnHolds: TurnHolds;
  readonly faultThrottle: FaultThrottle;
  readonly serverstat: ServerstatListings;
}
