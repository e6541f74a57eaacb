import type { Grant } from "../auth.ts";
import { type Holding, keyOf } from "../cluster/holding.ts";
import type { Entering } from "../cluster/interest.ts";
import type { Peer } from "../cluster/peer.ts";
import type { FollowedChannel } from "../engine.ts";
import { namesOf } from "../node/name-ownership.ts";
import {
  bringToRooms,
  type RestoreDeps,
  restoreAway,
  restoreChannels,
  restoreFollowed,
  restoreHeld,
  restoreNames,
  restoreSession,
  type SharedFrames,
} from "../resume/restore-node.ts";
import type { SavedSession } from "../resume/saved-node.ts";
import type { Session } from "../session/session.ts";
import type { Payload } from "../socket.ts";
import { HOPS } from "./bounds.ts";
import type { ArrivingSessions, MovedCall } from "./move-format.ts";
import { bringCalls } from "./moved-calls.ts";
import { restoreLatest } from "./moving-latest.ts";
import type { Moving } from "./moving-sessions.ts";
import type { HandoverDeps } from "./outgoing.ts";

/** What became of a session that was on its way; one that `stays` will not come. */
export type Outcome = "came" | "lost" | "stays";

interface Arriving {
  readonly session: Session;
  readonly saved: SavedSession;
  readonly moving: Moving;
}

/** Sessions that are coming from another node, until everything that is for them comes here directly. */
interface Arrival {
  readonly from: Peer;
  readonly number: number;
  readonly sessions: readonly Arriving[];
  /** Nodes whose messages to the channels of the sessions still go to the other node. */
  readonly expected: Set<Peer>;
  /** The other node has forwarded everything; these are their calls. */
  calls: readonly MovedCall[] | undefined;
  /** What came here directly, and so after everything that the other node forwards. */
  readonly later: (() => void)[];
  readonly entering: Entering;
}

/** Takes sessions from other nodes (docs/decisions/040-cluster.md, "Handover"). */
export class Incoming {
  private readonly arrivals = new Set<Arrival>();
  private readonly byId = new Map<number, Arrival>();
  private readonly waiting = new Map<number, ((outcome: Outcome) => void)[]>();
  private readonly restoring: RestoreDeps;

  constructor(private readonly deps: HandoverDeps) {
    this.restoring = { ...deps, age: 0 };
  }

  /** Sessions are coming. */
  get isBusy(): boolean {
    return this.arrivals.size > 0;
  }

  has(id: number): boolean {
    return this.byId.has(id);
  }

  /** Calls back when it is known what becomes of a session that is on its way. Returns a function that ends the wait. */
  wait(id: number, done: (outcome: Outcome) => void): () => void {
    const waiting = this.waiting.getOrInsertComputed(id, () => []);
    waiting.push(done);
    return () => {
      const index = waiting.indexOf(done);
      if (index >= 0) waiting.splice(index, 1);
      if (waiting.length === 0 && this.waiting.get(id) === waiting) this.waiting.delete(id);
    };
  }

  /** Runs `act` when the session is here, after what is for it already. False if it is not on its way. */
  defer(id: number, act: () => void): boolean {
    const arrival = this.byId.get(id);
    arrival?.later.push(act);
    return arrival !== undefined;
  }

  /** Runs `act` as well when those that are on their way are here; it may concern one of them. */
  afterAll(act: () => void): void {
    for (const { later } of this.arrivals) later.push(act);
  }

  /** Sessions come from a node, in the turn in which it has sent them. */
  take(from: Peer, number: number, witnesses: readonly string[], bytes: Uint8Array): void {
    const { core, cluster, auth, codec } = this.deps;
    let saved: readonly SavedSession[];
    try {
      saved = codec.decode(bytes).sessions;
    } catch (error) {
      core.logThrottle.error("sessions of another node cannot be read", from.node, { error });
      cluster.tell(from, ["refused", number]);
      return;
    }
    const shared: SharedFrames = new Map();
    const channels: FollowedChannel[] = [];
    const parts: Partial<Holding>[] = [];
    const sessions: Arriving[] = [];
    for (const one of saved) {
      const session = restoreSession(one, this.restoring, shared);
      const grant = one.grant && (auth.restoreGrant(one.grant) ?? undefined);
      const mine = channelsOf(this.deps, session, one, grant);
      for (const { channel, part } of mine) {
        channels.push(channel);
        parts.push(part);
      }
      const moving: Moving = {
        session,
        channels: mine.map(({ channel, part }) => ({ channel, inTurn: (part.turns ?? 0) > 0 })),
        accepts: () => this.accepts(arrival),
      };
      sessions.push({ session, saved: one, moving });
    }
    const present = [...cluster.peers].filter(({ incarnation }) => witnesses.includes(incarnation));
    const arrival: Arrival = {
      from,
      number,
      sessions,
      expected: new Set([from, ...present]),
      calls: undefined,
      later: [],
      entering: cluster.enter(channels, parts),
    };
    this.arrivals.add(arrival);
    for (const { session, saved: one, moving } of sessions) {
      this.byId.set(session.id, arrival);
      core.moving.add(moving);
      session.log?.divert((payload) => arrival.later.push(() => session.log?.record(payload)));
      restoreLatest(core.deliver.latest, session, one.latest, arrival.later);
    }
    const ids = sessions.map(({ session }) => session.id);
    cluster.places.arrived(ids);
    // The others must know where messages to the channels go before they say that they send them there.
    cluster.interest.flush();
    cluster.tellAll(["arrived", from.incarnation, number, ids]);
  }

  /** A frame for a session that arrived, or is arriving, from the node that forwards it; `isLate` if it follows what came directly. */
  forwarded(id: number, isLate: boolean, hops: number, payload: Payload, latest: string | undefined): void {
    const { core, sessions, cluster } = this.deps;
    const session = sessions.get(id);
    const next = cluster.nodeOf(id);
    const isBefore = !isLate && this.byId.has(id);
    // After a partition two nodes may each believe that the other has the session.
    if (!session && next && hops < HOPS)
      cluster.tell(next, ["forward", id, isLate, hops + 1, ...(latest === undefined ? [] : [latest])], payload);
    else if (session && latest !== undefined)
      core.deliver.latest[isBefore ? "put" : "sendTo"](session, latest, payload);
    else if (isBefore) session?.log?.append(payload);
    else session?.sendStored(payload);
  }

  /** Messages of a node come here directly from now on. */
  passed(peer: Peer, from: string, number: number): void {
    const arrival = this.find((one) => one.from.incarnation === from && one.number === number);
    if (arrival?.expected.delete(peer)) this.completeIfDone(arrival);
  }

  /** The other node has forwarded everything. */
  sealed(from: Peer, number: number, calls: readonly MovedCall[]): void {
    const arrival = this.find((one) => one.from === from && one.number === number);
    if (!arrival) return;
    arrival.calls = calls;
    this.completeIfDone(arrival);
  }

  /** The other node has given up; its sessions are lost. */
  cancelled(from: Peer, number: number): void {
    const arrival = this.find((one) => one.from === from && one.number === number);
    if (arrival) this.fail(arrival);
  }

  /** All that are arriving, for a node whose stream begins, because earlier frames about them may be lost. */
  get all(): ArrivingSessions[] {
    return Array.from(this.arrivals, ({ from, number, sessions }) => ({
      ...{ incarnation: from.incarnation, number },
      ids: sessions.map(({ session }) => session.id),
    }));
  }

  /** Frames between a node and this one were lost, and with them what it forwarded. */
  broken(peer: Peer): void {
    for (const arrival of [...this.arrivals]) if (arrival.from === peer) this.fail(arrival);
  }

  /** A node is gone: nothing comes from it any more. */
  lost(peer: Peer): void {
    this.broken(peer);
    for (const arrival of [...this.arrivals]) if (arrival.expected.delete(peer)) this.completeIfDone(arrival);
  }

  private find(matches: (arrival: Arrival) => boolean): Arrival | undefined {
    for (const arrival of this.arrivals) if (matches(arrival)) return arrival;
    return undefined;
  }

  private accepts({ expected }: Arrival): boolean {
    const { handling } = this.deps.cluster;
    return !handling || !expected.has(handling);
  }

  private completeIfDone(arrival: Arrival): void {
    if (arrival.expected.size > 0 || !arrival.calls) return;
    const { core, cluster, sessions } = this.deps;
    // Its account may have been revoked on the way.
    const open = arrival.sessions.filter(({ session }) => !session.isClosed);
    const ended = open.filter(({ session, saved }) => !restoreNames(session, saved, this.restoring));
    for (const { session, saved } of open) restoreChannels(session, saved, core);
    for (const { session, saved } of open) restoreFollowed(session, saved.memberships, core);
    bringCalls(core.openCalls, arrival.calls, (id) => sessions.has(id));
    for (const { session, saved } of open) {
      core.turnHolds.restore(session, restoreHeld(saved.log, session.instance, core));
      bringToRooms(session, saved, core);
      for (const membership of session.memberships) {
        const isKnown = cluster.members.move(keyOf(membership.channel), session.id, undefined);
        core.presence.arrived(session, membership, isKnown);
      }
      restoreAway(session, saved, this.restoring);
      session.log?.divert(undefined);
    }
    this.forget(arrival);
    for (const act of arrival.later) act();
    for (const { session, saved } of open) session.inbox.restore(saved.queue);
    for (const { session } of ended) session.end();
    core.counters.sessionsMoved.in += open.length;
    core.turnHolds.reassign();
    for (const { session } of arrival.sessions) this.answer(session.id, "came");
  }

  /** What the other node had still to forward is lost. */
  private fail(arrival: Arrival): void {
    const { core, cluster } = this.deps;
    this.forget(arrival);
    // It must not wait for this node.
    cluster.tell(arrival.from, ["refused", arrival.number]);
    for (const { session, moving } of arrival.sessions) {
      session.end();
      for (const { channel } of moving.channels) {
        const { instance, kind, name } = channel;
        if (kind === "name" && !core.channels.find(instance, kind, name) && !cluster.isHeld(channel))
          core.nameWatchers.offline(channel);
      }
      this.answer(session.id, "lost");
    }
  }

  private forget(arrival: Arrival): void {
    this.arrivals.delete(arrival);
    this.deps.cluster.tellAll(["moved", arrival.from.incarnation, arrival.number]);
    for (const { session, moving } of arrival.sessions) {
      this.byId.delete(session.id);
      this.deps.core.moving.delete(moving);
      this.deps.core.deliver.latest.divert(session, undefined);
    }
    arrival.entering.done();
  }

  /** It is known what became of a session that was announced. */
  answer(id: number, outcome: Outcome): void {
    // A copy, because each of them ends its wait.
    const waiting = [...(this.waiting.get(id) ?? [])];
    this.waiting.delete(id);
    for (const done of waiting) done(outcome);
  }
}

/** The channels that a session will be in, and what the other nodes learn of them. */
function channelsOf({ core }: HandoverDeps, session: Session, saved: SavedSession, grant: Grant | undefined) {
  const { instance } = session;
  const names = grant && !saved.retired ? namesOf(core, session, grant) : [];
  const memberships = saved.memberships.map(({ kind, name, follows }) => ({
    channel: { instance, kind, name },
    holding: follows ? { presence: true } : {},
  }));
  return [...names, ...memberships].map(({ channel, holding }) => ({
    channel,
    part: { turns: 0, ...holding },
  }));
}
