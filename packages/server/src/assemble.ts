import { Calls } from "./achex2/calls.ts";
import { Complaints } from "./achex2/complaints.ts";
import { Presence } from "./achex2/presence.ts";
import { Watches } from "./achex2/watches.ts";
import { Addresses, type AddressLimits } from "./addresses.ts";
import type { Auth } from "./auth.ts";
import { Channels } from "./channels.ts";
import type { Clock } from "./clock.ts";
import { Confirmations } from "./confirmations.ts";
import type { Core } from "./core.ts";
import { Counters } from "./counters.ts";
import { createDeliver } from "./deliver.ts";
import type { Engine, Sink } from "./engine.ts";
import { createHost } from "./host.ts";
import type { Handshake } from "./http.ts";
import type { Log } from "./log.ts";
import { createRevocation } from "./revocation.ts";
import type { SessionIds } from "./session/ids.ts";
import { Session, type SessionLimits } from "./session.ts";
import { SLICE_MEMBERS } from "./slices.ts";
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
