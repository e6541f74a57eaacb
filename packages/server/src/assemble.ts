import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { keyOf } from "./cluster/holding.ts";
import type { KeepRule } from "./config/keep-rules.ts";
import type { Limits } from "./config/limits.ts";
import { AckBatcher } from "./delivery/ack-batcher.ts";
import { Channels } from "./delivery/channels.ts";
import { createDeliver, type Deliver, type DeliverDeps } from "./delivery/deliver.ts";
import { SHARD_MEMBERS } from "./delivery/sharded-members.ts";
import { resumedFor } from "./dialects/achex2/hello.ts";
import { announceKept } from "./dialects/achex2/stored-messages.ts";
import { callsElsewhere, createClusterOwner } from "./dialects/cluster-owner.ts";
import { createRooms } from "./dialects/create-rooms.ts";
import { keptElsewhere } from "./dialects/kept-elsewhere.ts";
import { createSessionHost, greet } from "./dialects/session-host.ts";
import type { Engine, Sink } from "./engine.ts";
import { BacklogCap } from "./fairness/backlog-cap.ts";
import { countSends, SlicedWork, type SlicedWorkDeps } from "./fairness/sliced-work.ts";
import { TurnScheduler } from "./fairness/turn-scheduler.ts";
import { Handover } from "./handover/handover.ts";
import { MovingSessions } from "./handover/moving-sessions.ts";
import type { HandoverDeps } from "./handover/outgoing.ts";
import type { Handshake } from "./http/upgrade.ts";
import type { Keep } from "./keep.ts";
import type { Log } from "./log/log.ts";
import { failureText } from "./log/log-text.ts";
import { LogThrottle } from "./log/log-throttle.ts";
import { Counters } from "./metrics/counters.ts";
import { createAwayMembers } from "./node/away-members.ts";
import { channelsListener } from "./node/channels-listener.ts";
import { Connections } from "./node/connections.ts";
import type { Core } from "./node/core.ts";
import { EventClock } from "./node/event-clock.ts";
import { FaultThrottle } from "./node/fault-throttle.ts";
import { KeptChannels } from "./node/kept-channels.ts";
import { NameWatchers } from "./node/name-watchers.ts";
import { OpenCalls } from "./node/open-calls.ts";
import { Presence } from "./node/presence.ts";
import { RecentResults } from "./node/recent-results.ts";
import { createRevocation } from "./node/revocation.ts";
import type { OtherMembers } from "./node/roster.ts";
import { ServerstatListings } from "./node/serverstat-listings.ts";
import { TurnHolds } from "./node/turn-holds.ts";
import { AwaySessions } from "./resume/away-sessions.ts";
import type { FrameLog } from "./resume/frame-log.ts";
import { HeldBytes } from "./resume/held-bytes.ts";
import { Resumes } from "./resume/resumes.ts";
import { type TokenSource, Tokens } from "./resume/tokens.ts";
import type { Digest } from "./rooms/admission.ts";
import { AddressLimiter } from "./session/address-limits.ts";
import type { Session } from "./session/session.ts";
import type { SharedRoomStore } from "./shared-room-store.ts";
import type { Socket, SocketOwner, Topics } from "./socket.ts";
import type { State } from "./state.ts";

/** Sessions whose heartbeat is checked for one unit of a turn. */
const SESSIONS_PER_UNIT = 32;

/** The implementations and settings of a node. */
export interface NodeDeps {
  readonly version: string;
  readonly limits: Limits;
  readonly auth: Auth;
  readonly topics: Topics;
  /** undefined when every session id has been used. */
  readonly ids: { next(isUsed: (id: number) => boolean): number | undefined };
  /** Makes the tokens of sessions that can be resumed. */
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Most members of one shard; SHARD_MEMBERS by default. */
  readonly shardMembers?: number;
  readonly state: State;
  /** Makes the states of rooms that the nodes of a cluster have in common, one for each shard of their log. */
  createSharedState(): State;
  readonly digest: Digest;
  createEngine(sink: Sink): Engine;
  /** What the node knows of the others; undefined if it is not in a cluster. */
  readonly cluster?: Cluster;
  /** What sessions need to move to other nodes; without it they stay. */
  readonly handover?: Pick<HandoverDeps, "auth" | "codec">;
  /** Where messages are kept, and which; without it none are. */
  readonly keep?: { readonly log: Keep; readonly rules: readonly KeepRule[] };
  /** Where a node of a cluster stores rooms whose state is kept; without it none is. */
  readonly sharedRooms?: SharedRoomStore;
}

/** A node without its ports: everything between an open socket and the engine. */
export interface Node {
  readonly core: Core;
  readonly addresses: AddressLimiter;
  readonly connections: Pick<Connections, "waiting" | "restore">;
  /** Gives the socket its owner. Returns undefined when every session id is in use. */
  open(handshake: Handshake, socket: Socket): SocketOwner | undefined;
  /** Must be called once a second: heartbeats, presence counts, changed accounts. */
  tick(): void;
}

/** What sessions need to outlive their connections. */
function createResume(deps: NodeDeps, counters: Counters, sessions: Map<number, Session>, addresses: AddressLimiter) {
  const { limits, auth, clock, version } = deps;
  const held = new HeldBytes(limits.totalResumeBytes, () => logsOf(sessions));
  const tokens = new Tokens<Session>(deps.tokens);
  const resumes = new Resumes({
    limits,
    auth,
    counters,
    tokens,
    held,
    moveAddress(session, to) {
      addresses.moved(session.addressUse, to, session.state.kind === "named");
      session.addressUse = to;
    },
    resumedFrame: (session, received, replay) => resumedFor({ version, limits, clock }, session, received, replay),
  });
  return { resumes, held, tokens, away: new AwaySessions<Session>(clock) };
}

function* logsOf(sessions: ReadonlyMap<number, Session>): Generator<FrameLog> {
  for (const { log } of sessions.values()) if (log) yield log;
}

function createCore(deps: NodeDeps, sessions: Map<number, Session>, addresses: AddressLimiter): Core {
  const { limits, auth, clock, log, version, topics } = deps;
  const { cluster } = deps;
  const moving = new MovingSessions();
  const counters = new Counters();
  const logThrottle = new LogThrottle(log, clock);
  const listener = channelsListener(() => ({ engine, nameWatchers, deliver, cluster, moving }));
  const channels = new Channels(listener, deps.shardMembers ?? SHARD_MEMBERS);
  const acks = new AckBatcher(clock);
  const scheduler = new TurnScheduler(clock, () => deliver.broadcasts.pendingDeliveries);
  const heldInTurn: DeliverDeps["heldInTurn"] = (member, channel) => core.turnHolds.taken(member, channel);
  const slicing = { scheduler, failed: (error: unknown) => log.error("a message could not be delivered", { error }) };
  const slices = createSlices(scheduler, logThrottle, counters);
  const { inSlices } = slices;
  const deliver = createDeliver({
    ...{ channels, sessions, moving, topics, counters, acks, clock },
    slicing,
    inSlices,
    heldInTurn,
  });
  const engine = deps.createEngine(deliver.sink);
  const events = new EventClock();
  const nameWatchers = new NameWatchers(deliver.toChannel, events);
  const openCalls = createOpenCalls(sessions, counters, cluster);
  const core: Core = {
    version,
    limits,
    sessions,
    channels,
    engine,
    cluster,
    moving,
    handover: undefined,
    auth,
    counters,
    clock,
    logThrottle,
    acks,
    deliver,
    broadcasts: deliver.broadcasts,
    sliced: deliver.sliced,
    scheduler,
    ...slices,
    ...createTotals(deps),
    ...createResume(deps, counters, sessions, addresses),
    ...createKeeping(deps, { channels, deliver, sessions, counters, moving }),
    rooms: createRooms(deps, { sessions, counters, ...slices }, deliver, channels, () => core.presence),
    presence: new Presence({ sessions, toChannel: deliver.toChannel, events, others: cluster && othersOf(cluster) }),
    nameWatchers,
    events,
    openCalls,
    turnHolds: new TurnHolds({ engine, channels, openCalls, sessions, ...slices }),
    faultThrottle: new FaultThrottle(clock),
    serverstat: new ServerstatListings({ channels, sessions }),
  };
  return core;
}

/** What bounds all sessions together. */
const createTotals = ({ clock, limits }: NodeDeps) => ({
  backlogs: new BacklogCap({ clock, maxBytes: limits.totalBacklogBytes }),
  queuedBytes: { total: 0, max: limits.totalQueuedBytes },
});

const createKeeping = (
  { keep, clock, cluster }: NodeDeps,
  parts: Pick<Core, "channels" | "sessions" | "counters" | "moving"> & { readonly deliver: Deliver },
) => ({
  kept: keep && new KeptChannels({ ...keep, ...parts, clock, elsewhere: cluster && keptElsewhere(cluster, parts) }),
  recentResults: new RecentResults(clock),
});

function createSlices(scheduler: TurnScheduler, logThrottle: LogThrottle, counters: Counters) {
  const departures = slicedWork("a session could not be cleaned up", scheduler, logThrottle);
  return { departures, inSlices: (steps: Iterator<void>) => departures.add(countSends(counters, steps)) };
}

function createOpenCalls(
  sessions: ReadonlyMap<number, Session>,
  counters: Counters,
  cluster: Cluster | undefined,
): OpenCalls {
  const elsewhere = cluster && callsElsewhere(cluster);
  return new OpenCalls({
    ...elsewhere,
    send(id, text) {
      const session = sessions.get(id);
      if (session) session.send(text);
      else elsewhere?.sendElsewhere(id, text);
    },
    creditExhausted: () => counters.creditStalls++,
  });
}

const othersOf = (cluster: Cluster): OtherMembers => ({
  count: (channel) => cluster.members.count(keyOf(channel)),
  members: (channel) => cluster.members.members(keyOf(channel)),
  tell: (channel, event) => cluster.tellFollowers(channel, event),
  unfollow: (channel) => cluster.unfollowPresence(channel),
});

const slicedWork = (failure: string, scheduler: SlicedWorkDeps["scheduler"], logThrottle: LogThrottle) =>
  new SlicedWork({ scheduler, failed: (error) => logThrottle.error(failure, failureText(error), { error }) });

/** The checks that are due once a second, in steps. */
function* checkAll(core: Core, connections: Connections): Generator<number, void> {
  let checked = 0;
  for (const session of core.sessions.values()) {
    session.heartbeatTick();
    if (++checked % SESSIONS_PER_UNIT === 0) yield 1;
  }
  yield* countSends(core.counters, core.faultThrottle.tick());
  yield* countSends(core.counters, core.presence.tick());
  // Sessions whose windows end together are all closed before the first leaves, so that it is not announced to the others.
  yield* core.departures.holdDuring(countSends(core.counters, core.away.tick()));
  yield* countSends(core.counters, connections.tick());
  yield* countSends(core.counters, core.rooms.tick());
  yield* countSends(core.counters, core.recentResults.tick());
}

/** Before the node hears of others, it must know what to do with their sessions. */
function startCluster(
  core: Core,
  cluster: Cluster,
  parts: Pick<NodeDeps, "handover"> &
    Pick<HandoverDeps, "sessions" | "addresses"> & { readonly connections: Connections },
): void {
  const { handover, sessions, addresses, connections } = parts;
  const createSession = connections.restore.bind(connections);
  if (handover) core.handover = new Handover({ core, cluster, ...handover, sessions, addresses, createSession });
  cluster.start(createClusterOwner(core, cluster));
}

/** Creates a node from the given implementations. */
export function assemble(deps: NodeDeps): Node {
  const sessions = new Map<number, Session>();
  const addresses = new AddressLimiter(deps.limits);
  const core = createCore(deps, sessions, addresses);
  core.away.addListener(createAwayMembers(core));
  core.away.addListener(core.rooms);
  core.away.addListener({ caughtUp: (session) => announceKept(core, session) });
  const host = createSessionHost(core, sessions, addresses);
  const greetNew = (session: Session) => greet(core, session);
  const connections = new Connections({ core, sessions, addresses, host, ids: deps.ids, greet: greetNew });
  if (core.cluster) startCluster(core, core.cluster, { ...deps, sessions, addresses, connections });
  const housekeeping = slicedWork("the once-per-second checks failed", core.scheduler, core.logThrottle);
  const revokeChanged = createRevocation(core, housekeeping);
  return {
    core,
    addresses,
    connections,
    open: (handshake, socket) => connections.open(handshake, socket),
    tick() {
      // A relay that is too busy to finish the checks within a second skips the next ones.
      if (housekeeping.pending > 0) return;
      housekeeping.add(checkAll(core, connections));
      core.serverstat.tick();
      core.turnHolds.reassign();
      revokeChanged();
    },
  };
}
