import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import { Confirmations } from "./delivery/ack-batcher.ts";
import { Channels } from "./delivery/channels.ts";
import { createDeliver } from "./delivery/deliver.ts";
import { SLICE_MEMBERS } from "./delivery/sharded-members.ts";
import { createHost } from "./dialects/session-host.ts";
import type { Engine, Sink } from "./engine.ts";
import type { Handshake } from "./http/upgrade.ts";
import type { Log } from "./log/log.ts";
import { Counters } from "./metrics/counters.ts";
import type { Core } from "./node/core.ts";
import { Complaints } from "./node/fault-throttle.ts";
import { Watches } from "./node/name-watchers.ts";
import { Calls } from "./node/open-calls.ts";
import { Presence } from "./node/presence.ts";
import { createRevocation } from "./node/revocation.ts";
import { Addresses, type AddressLimits } from "./session/address-limits.ts";
import { Session, type SessionLimits } from "./session/session.ts";
import type { SessionIds } from "./session/session-ids.ts";
import type { Socket, Topics } from "./socket.ts";

/** The implementations and settings one node is made of. */
export interface Parts {
  readonly version: string;
  readonly limits: SessionLimits & AddressLimits;
  readonly auth: Auth;
  readonly topics: Topics;
  readonly ids: Pick<SessionIds, "next">;
  readonly clock: Clock;
  readonly log: Log;
  /** See SLICE_MEMBERS, which is what it is by default. */
  readonly sliceMembers?: number;
  createEngine(sink: Sink): Engine;
}

/** A node without its ports: everything between an open socket and the engine. */
export interface Node {
  readonly core: Core;
  readonly addresses: Addresses;
  /** undefined when the session ids are used up. */
  open(handshake: Handshake, socket: Socket): Session | undefined;
  /** To be called once a second: heartbeats, and accounts that were changed. */
  tick(): void;
}

function createCore(parts: Parts, sessions: Map<number, Session>): Core {
  const { limits, auth, clock, log, version, topics } = parts;
  const counters = new Counters();
  const lingering = new Set<Session>();
  const channels = new Channels(
    {
      follow(channel) {
        engine.follow(channel);
        if (channel.kind === "name") watches.online(channel);
      },
      unfollow(channel) {
        engine.unfollow(channel);
        if (channel.kind === "name") watches.offline(channel);
      },
      settle: (channel) => deliver.rounds.settle(channel),
    },
    parts.sliceMembers ?? SLICE_MEMBERS,
  );
  const confirmations = new Confirmations(clock);
  const deliver = createDeliver({ channels, sessions, lingering, topics, counters, confirmations, clock });
  const engine = parts.createEngine(deliver.sink);
  const presence = new Presence({ sessions, toChannel: deliver.toChannel });
  const watches = new Watches(deliver.toChannel);
  const calls = new Calls({
    tell: (id, text) => sessions.get(id)?.send(text),
    stalled: () => counters.creditStalls++,
  });
  const complaints = new Complaints(clock);
  const own = { lingering, deliver, presence, watches, calls, complaints };
  return {
    version,
    limits,
    sessions,
    channels,
    engine,
    auth,
    counters,
    clock,
    log,
    confirmations,
    rounds: deliver.rounds,
    ...own,
  };
}

/** Puts a node together from the parts given. */
export function assemble(parts: Parts): Node {
  const sessions = new Map<number, Session>();
  const addresses = new Addresses(parts.limits);
  const core = createCore(parts, sessions);
  const host = createHost(core, sessions, addresses);
  const revokeChanged = createRevocation(core);
  return {
    core,
    addresses,
    open(handshake, socket) {
      const id = parts.ids.next();
      if (id === undefined) return undefined;
      const session = new Session(id, handshake.endpoint, socket, addresses.enter(handshake.address), host);
      sessions.set(id, session);
      return session;
    },
    tick() {
      for (const session of sessions.values()) session.beat();
      core.complaints.tick();
      core.presence.tick();
      revokeChanged();
    },
  };
}
