import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./config/limits.ts";
import { AckBatcher } from "./delivery/ack-batcher.ts";
import { Channels } from "./delivery/channels.ts";
import { createDeliver } from "./delivery/deliver.ts";
import { SHARD_MEMBERS } from "./delivery/sharded-members.ts";
import { createSessionHost, greet } from "./dialects/session-host.ts";
import type { Engine, Sink } from "./engine.ts";
import { BacklogCap } from "./fairness/backlog-cap.ts";
import { countSends, SlicedWork, type SlicedWorkDeps } from "./fairness/sliced-work.ts";
import { TurnScheduler } from "./fairness/turn-scheduler.ts";
import type { Handshake } from "./http/upgrade.ts";
import type { Log } from "./log/log.ts";
import { failureText } from "./log/log-text.ts";
import { LogThrottle } from "./log/log-throttle.ts";
import { Counters } from "./metrics/counters.ts";
import type { Core } from "./node/core.ts";
import { EventClock } from "./node/event-clock.ts";
import { FaultThrottle } from "./node/fault-throttle.ts";
import { NameWatchers } from "./node/name-watchers.ts";
import { OpenCalls } from "./node/open-calls.ts";
import { Presence } from "./node/presence.ts";
import { createRevocation } from "./node/revocation.ts";
import { ServerstatListings } from "./node/serverstat-listings.ts";
import { AddressLimiter } from "./session/address-limits.ts";
import { Session } from "./session/session.ts";
import type { Socket, Topics } from "./socket.ts";

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
  readonly clock: Clock;
  readonly log: Log;
  /** Most members of one shard; SHARD_MEMBERS by default. */
  readonly shardMembers?: number;
  createEngine(sink: Sink): Engine;
}

/** A node without its ports: everything between an open socket and the engine. */
export interface Node {
  readonly core: Core;
  readonly addresses: AddressLimiter;
  /** Gives the socket its owner. Returns undefined when every session id is in use. */
  open(handshake: Handshake, socket: Socket): Session | undefined;
  /** Must be called once a second: heartbeats, presence counts, changed accounts. */
  tick(): void;
}

function createCore(deps: NodeDeps, sessions: Map<number, Session>): Core {
  const { limits, auth, clock, log, version, topics } = deps;
  const counters = new Counters();
  const logThrottle = new LogThrottle(log, clock);
  const channels = new Channels(
    {
      follow(channel) {
        engine.follow(channel);
        if (channel.kind === "name") nameWatchers.online(channel);
      },
      unfollow(channel) {
        engine.unfollow(channel);
        if (channel.kind === "name") nameWatchers.offline(channel);
      },
      beforeJoin: (channel) => deliver.broadcasts.flushBeforeJoin(channel),
      joined: (channel, member) => deliver.broadcasts.joined(channel, member),
      beforeLeave: (member) => deliver.broadcasts.flushFor(member),
    },
    deps.shardMembers ?? SHARD_MEMBERS,
  );
  const acks = new AckBatcher(clock);
  const scheduler = new TurnScheduler(clock, () => deliver.broadcasts.pendingDeliveries);
  const slicing = {
    scheduler,
    failed: (error: unknown) => log.error("a message could not be delivered", { error }),
  };
  const deliver = createDeliver({ channels, sessions, topics, counters, acks, clock, slicing });
  const engine = deps.createEngine(deliver.sink);
  const events = new EventClock();
  const nameWatchers = new NameWatchers(deliver.toChannel, events);
  return {
    version,
    limits,
    sessions,
    channels,
    engine,
    auth,
    counters,
    clock,
    logThrottle,
    acks,
    deliver,
    broadcasts: deliver.broadcasts,
    sliced: deliver.sliced,
    scheduler,
    departures: slicedWork("a session could not be cleaned up", scheduler, logThrottle),
    backlogs: new BacklogCap({ clock, maxBytes: limits.totalBacklogBytes }),
    queuedBytes: { total: 0, max: limits.totalQueuedBytes },
    presence: new Presence({ sessions, toChannel: deliver.toChannel, events }),
    nameWatchers,
    events,
    openCalls: new OpenCalls({
      send: (id, text) => sessions.get(id)?.send(text),
      creditExhausted: () => counters.creditStalls++,
    }),
    faultThrottle: new FaultThrottle(clock),
    serverstat: new ServerstatListings({ channels, sessions }),
  };
}

const slicedWork = (failure: string, scheduler: SlicedWorkDeps["scheduler"], logThrottle: LogThrottle) =>
  new SlicedWork({ scheduler, failed: (error) => logThrottle.error(failure, failureText(error), { error }) });

/** The checks that are due once a second, in steps. */
function* checkAll(core: Core): Generator<number, void> {
  let checked = 0;
  for (const session of core.sessions.values()) {
    session.heartbeatTick();
    if (++checked % SESSIONS_PER_UNIT === 0) yield 1;
  }
  yield* countSends(core.counters, core.faultThrottle.tick());
  yield* countSends(core.counters, core.presence.tick());
}

/** Creates a node from the given implementations. */
export function assemble(deps: NodeDeps): Node {
  const sessions = new Map<number, Session>();
  const addresses = new AddressLimiter(deps.limits);
  const core = createCore(deps, sessions);
  const host = createSessionHost(core, sessions, addresses);
  const housekeeping = slicedWork("the once-per-second checks failed", core.scheduler, core.logThrottle);
  const revokeChanged = createRevocation(core, housekeeping);
  return {
    core,
    addresses,
    open(handshake, socket) {
      const id = deps.ids.next((candidate) => sessions.has(candidate));
      if (id === undefined) {
        core.counters.refusedConnection("no-session-id");
        core.logThrottle.error("no session id is free; the connection was closed", "", { sessions: sessions.size });
        return undefined;
      }
      const session = new Session(id, handshake.endpoint, addresses.sessionOpened(handshake.address), host);
      sessions.set(id, session);
      session.attach(socket);
      greet(core, session);
      return session;
    },
    tick() {
      // A relay that is too busy to finish the checks within a second skips the next ones.
      if (housekeeping.pending > 0) return;
      housekeeping.add(checkAll(core));
      core.serverstat.tick();
      revokeChanged();
    },
  };
}
