import { greetingFrame, parse } from "@achex/protocol";
import { Calls } from "./achex2/calls.ts";
import { Complaints } from "./achex2/complaints.ts";
import { achex2Heartbeat, hello } from "./achex2/greeting.ts";
import { Presence } from "./achex2/presence.ts";
import { rejectAchex2, routeAchex2 } from "./achex2/route.ts";
import { Watches } from "./achex2/watches.ts";
import { Addresses, type AddressLimits } from "./addresses.ts";
import type { Auth } from "./auth.ts";
import { Channels } from "./channels.ts";
import type { Clock } from "./clock.ts";
import type { Core } from "./core.ts";
import { Counters } from "./counters.ts";
import { createDeliver } from "./deliver.ts";
import type { Engine, Sink } from "./engine.ts";
import { leaveAll } from "./handlers/membership.ts";
import type { Handshake } from "./http.ts";
import type { Log } from "./log.ts";
import { leaveName } from "./names.ts";
import { route } from "./route.ts";
import { Session, type SessionHost, type SessionLimits } from "./session.ts";
import type { SessionIds } from "./session-ids.ts";
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

export function assemble(parts: Parts): Node {
  const { limits, auth, clock, log, version, topics } = parts;
  const sessions = new Map<number, Session>();
  const addresses = new Addresses(limits);
  const counters = new Counters();
  const channels = new Channels({
    follow(channel) {
      engine.follow(channel);
      if (channel.kind === "name") watches.online(channel);
    },
    unfollow(channel) {
      engine.unfollow(channel);
      if (channel.kind === "name") watches.offline(channel);
    },
  });
  const deliver = createDeliver({ channels, sessions, topics, counters });
  const engine = parts.createEngine(deliver.sink);
  const presence = new Presence({ sessions, toChannel: deliver.toChannel });
  const watches = new Watches(deliver.toChannel);
  const calls = new Calls({
    tell: (id, text) => sessions.get(id)?.send(text),
    stalled: () => counters.creditStalls++,
  });
  const complaints = new Complaints(clock);
  const own = { deliver, presence, watches, calls, complaints };
  const core: Core = { version, limits, sessions, channels, engine, auth, counters, clock, log, ...own };
  const host: SessionHost = {
    limits,
    counters,
    clock,
    log,
    heartbeat: (dialect) => (dialect === "achex.2" ? achex2Heartbeat(limits) : limits),
    greeting: (session) => greet(core, session),
    handle(session, frame) {
      if (session.endpoint.dialect === "achex.2") return routeAchex2(core, session, frame);
      if (typeof frame === "string") return route(core, session, parse(frame, limits));
      counters.drop("binary");
    },
    rejected(session, frame, reason) {
      counters.drop(reason);
      if (session.endpoint.dialect === "achex.2") rejectAchex2(core, session, frame, reason);
    },
    ended: (session) => bury(core, sessions, addresses, session),
  };
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
      complaints.tick();
      presence.tick();
      revokeChanged();
    },
  };
}

/** Classic clients wait for their session id; cloud clients never get ready if they are greeted (PROTOCOL.md K1, C1, R5). */
function greet(core: Core, session: Session): string | undefined {
  const { dialect } = session.endpoint;
  if (dialect === "cloud") return undefined;
  return dialect === "classic" ? greetingFrame(session.id) : hello(core, session);
}

/** Takes a session out of wherever it is; its last words are still said in its name. */
function bury(core: Core, sessions: Map<number, Session>, addresses: Addresses, session: Session): void {
  const { state } = session;
  core.calls.ended(session.id);
  leaveAll(core, session);
  if (state.kind === "named") for (const name of state.names) leaveName(core, session, name);
  core.watches.ended(session, session.instance);
  core.complaints.ended(session.id);
  addresses.leave(session.from, state.kind === "named");
  sessions.delete(session.id);
}

/** Looks whether accounts were changed and ends the sessions this concerns; what a failing disk prevents is made up for next time. */
function createRevocation(core: Core): () => void {
  let due = false;
  return () => {
    try {
      due ||= core.auth.changed();
      if (due) revoke(core);
      due = false;
    } catch (error) {
      // Thrown on from a timer it would end the process, and with it the sessions of a relay that needs no accounts.
      core.log.error("accounts cannot be read", { error });
    }
  };
}

/** Ends sessions whose account was removed or given another password while they were open. */
function revoke({ sessions, auth }: Core): void {
  for (const session of sessions.values()) {
    if (session.state.kind === "named" && !auth.holds(session.state.grant))
      session.close("accountChanged", "account-changed");
  }
}
