import type { SavableAuth } from "../auth.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { keyOf } from "../cluster/holding.ts";
import type { Entering } from "../cluster/interest.ts";
import { isPeer, type Peer } from "../cluster/peer.ts";
import type { Core } from "../node/core.ts";
import { takeNames } from "../node/name-ownership.ts";
import { rosterMemberOf } from "../node/roster.ts";
import type { SavedSession } from "../resume/saved-node.ts";
import type { AddressLimiter } from "../session/address-limits.ts";
import type { Session } from "../session/session.ts";
import { BATCHES_AT_ONCE, BYTES_IN_FLIGHT, POLL_MILLISECONDS, READY_MILLISECONDS } from "./bounds.ts";
import { type LeavingSessions, nodeOfSessions, type SessionCodec } from "./move-format.ts";
import { takeCalls } from "./moved-calls.ts";
import { leaveLatest, movingSession } from "./moving-latest.ts";
import type { Moving } from "./moving-sessions.ts";
import { channelsOfSession, leaveSilently, tellMoved } from "./session-channels.ts";

export interface HandoverDeps {
  readonly core: Core;
  readonly cluster: Cluster;
  readonly auth: SavableAuth;
  readonly codec: SessionCodec;
  readonly sessions: Map<number, Session>;
  readonly addresses: AddressLimiter;
  /** Creates a session without a connection. */
  createSession(id: number, instance: string, address: string): Session;
}

/** Sessions that have been sent to another node, until everything that is for them goes there directly. */
interface Batch {
  readonly number: number;
  readonly to: Peer;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly moving: readonly Moving[];
  /** Nodes whose messages to the channels of the sessions still come here. */
  readonly expected: Set<Peer>;
  /** Messages from this node go to the other. */
  isHerePassed: boolean;
  readonly entering: Entering;
  readonly bytes: number;
  readonly settled: (isMoved: boolean) => void;
}

/** Sends sessions to other nodes (docs/decisions/040-cluster.md, "Handover"). */
export class Outgoing {
  private readonly batches = new Map<number, Batch>();
  private readonly byId = new Map<number, Batch>();
  /** Sessions that are about to leave. */
  private readonly preparing = new Map<number, Peer>();
  /** The latest attempt for which a session is about to leave. */
  private readonly generations = new Map<number, number>();
  private readonly waiting: (() => void)[] = [];
  private numbers = 0;
  private bytes = 0;
  private starting = 0;

  constructor(private readonly deps: HandoverDeps) {}

  /** Sessions are leaving. */
  get isBusy(): boolean {
    return this.batches.size > 0 || this.preparing.size > 0;
  }

  /** The node to which a session is on its way. */
  destinationOf(id: number): Peer | undefined {
    return this.byId.get(id)?.to ?? this.preparing.get(id);
  }

  /** A client wants its session at the node to which it is about to go. */
  want(id: number, generation: number): void {
    this.generations.set(id, Math.max(generation, this.wanted(id)));
  }

  wanted(id: number): number {
    return this.generations.get(id) ?? 0;
  }

  /** Where something that is being handled now goes that is for a session on its way; undefined if it is none. */
  routeOf(id: number): Peer | "here" | undefined {
    const batch = this.byId.get(id);
    return batch && (this.accepts(batch) ? "here" : batch.to);
  }

  /**
   * Moves sessions. `detach` ends their connections in the turn in which they leave; with false they stay. Resolves with false if the
   * other node did not take them: then those that are not closed are here as before.
   */
  async send(sessions: readonly Session[], to: Peer, detach: (session: Session) => boolean): Promise<boolean> {
    for (const { id } of sessions) this.preparing.set(id, to);
    await this.place();
    for (const { inbox } of sessions) inbox.hold(true);
    await this.ready(sessions);
    this.starting--;
    for (const { id } of sessions) this.preparing.delete(id);
    const isThere = isPeer(this.deps.cluster, to);
    const leaving = sessions.filter((one) => isThere && !one.isClosed && one.resumable && detach(one));
    const moved = this.cut(leaving, to);
    for (const { id } of sessions) this.generations.delete(id);
    for (const session of sessions) if (!moved || !leaving.includes(session)) session.inbox.hold(false);
    this.next();
    return moved ?? false;
  }

  /** The other node has the sessions. Messages from here go there from now on, which it must know. */
  arrived(peer: Peer, number: number): void {
    const batch = this.batches.get(number);
    if (batch?.to !== peer) return;
    const { cluster } = this.deps;
    batch.expected.delete(peer);
    batch.isHerePassed = true;
    cluster.places.put(batch.sessions.keys(), peer);
    cluster.tell(peer, ["seam", cluster.incarnation, number]);
    this.sealIfDone(batch);
  }

  /** Messages of that node go to the other one from now on. */
  passed(peer: Peer, number: number): void {
    const batch = this.batches.get(number);
    if (batch?.expected.delete(peer)) this.sealIfDone(batch);
  }

  /** The other node could not read the sessions. */
  refused(peer: Peer, number: number): void {
    const batch = this.batches.get(number);
    if (batch?.to === peer) this.abort(batch);
  }

  /** The number of the latest move. */
  get latest(): number {
    return this.numbers;
  }

  /** All that are leaving, for a node whose stream begins, because earlier frames about them may be lost. */
  leavingBesides(peer: Peer): LeavingSessions[] {
    return Array.from(this.batches.values())
      .filter(({ to }) => to !== peer)
      .map(({ number, to, sessions }) => ({ number, node: to.node, ids: [...sessions.keys()] }));
  }

  /** Frames between a node and this one were lost, and with them what was forwarded to it. */
  broken(peer: Peer): void {
    for (const batch of [...this.batches.values()]) if (batch.to === peer) this.abort(batch);
  }

  /** A node is gone: nothing comes from it any more. */
  lost(peer: Peer): void {
    this.broken(peer);
    for (const batch of [...this.batches.values()]) if (batch.expected.delete(peer)) this.sealIfDone(batch);
  }

  /** Resolves when few enough are under way; takes a place among them. */
  private place(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push(resolve);
    this.next();
    return promise;
  }

  /** Gives free places to those that wait. */
  private next(): void {
    while (this.batches.size + this.starting < BATCHES_AT_ONCE && this.bytes < BYTES_IN_FLIGHT) {
      const start = this.waiting.shift();
      if (!start) return;
      this.starting++;
      start();
    }
  }

  /** Resolves when no session waits for a login or another node any more, or after two seconds. */
  private ready(sessions: readonly Session[]): Promise<void> {
    const { core, cluster } = this.deps;
    const start = core.clock.now();
    const asked = cluster.asks.last;
    const isReady = (): boolean =>
      core.clock.now() - start >= READY_MILLISECONDS ||
      (cluster.asks.isSettled(asked) && !sessions.some(({ inbox }) => inbox.isBlocked));
    if (isReady()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = core.clock.every(POLL_MILLISECONDS, () => {
        if (!isReady()) return;
        stop();
        resolve();
      });
    });
  }

  private accepts({ expected, isHerePassed }: Batch): boolean {
    const { handling } = this.deps.cluster;
    return handling ? expected.has(handling) : !isHerePassed;
  }

  /** Sends the sessions and takes them out of everything, in one turn. undefined if they could not be sent. */
  private cut(sessions: readonly Session[], to: Peer): Promise<boolean> | undefined {
    const { core, cluster, codec } = this.deps;
    const saved: SavedSession[] = [];
    for (const session of sessions) {
      core.broadcasts.flushFor(session);
      session.flushAcks();
      if (session.resumable) saved.push(movingSession(this.deps, session, session.resumable));
    }
    if (saved.length === 0) return undefined;
    const bytes = codec.encode(nodeOfSessions(saved));
    const number = ++this.numbers;
    const others = [...cluster.peers].filter((peer) => peer !== to);
    const witnesses = others.map(({ incarnation }) => incarnation);
    if (!cluster.tell(to, ["take", number, codec.format, witnesses], bytes)) return undefined;
    const ids = saved.map(({ id }) => id);
    for (const peer of others) cluster.tell(peer, ["leaving", number, to.node, ids]);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const moving = sessions.map(
      (session): Moving => ({ session, channels: channelsOfSession(session), accepts: () => this.accepts(batch) }),
    );
    const batch: Batch = {
      number,
      to,
      sessions: new Map(sessions.map((session) => [session.id, session])),
      moving,
      expected: new Set([to, ...others]),
      isHerePassed: false,
      // The others send messages for the sessions here until they know that they are elsewhere.
      entering: cluster.enter(moving.flatMap(({ channels }) => channels.map(({ channel }) => channel))),
      bytes: bytes.byteLength,
      settled: resolve,
    };
    this.batches.set(number, batch);
    this.bytes += batch.bytes;
    for (const one of moving) core.moving.add(one);
    for (const session of sessions) this.release(session, batch);
    return promise;
  }

  private release(session: Session, batch: Batch): void {
    const { core, cluster } = this.deps;
    const { id, log, resumable } = session;
    this.byId.set(id, batch);
    leaveSilently(core, session);
    core.turnHolds.forget(session);
    core.away.moved(session);
    core.faultThrottle.sessionEnded(id);
    if (resumable) core.tokens.delete(resumable.digest);
    session.inbox.forget();
    log?.forgetAll();
    log?.divert((payload) => cluster.tell(batch.to, ["forward", id, !this.accepts(batch)], payload));
    leaveLatest(core.deliver.latest, session, (key, payload) =>
      cluster.tell(batch.to, ["forward", id, !this.accepts(batch), 0, key], payload),
    );
  }

  private sealIfDone(batch: Batch): void {
    if (batch.expected.size > 0 || !batch.isHerePassed) return;
    const { core, cluster, sessions } = this.deps;
    const ids = new Set(batch.sessions.keys());
    const calls = takeCalls(core.openCalls, ids, (id) => sessions.has(id));
    cluster.tell(batch.to, ["sealed", batch.number], JSON.stringify(calls));
    for (const session of batch.sessions.values()) {
      for (const membership of session.memberships) {
        tellMoved(core, membership.channel, session.id, batch.to.node);
        cluster.members.place(batch.to, keyOf(membership.channel), rosterMemberOf(session, membership));
      }
      this.deps.addresses.sessionClosed(session.addressUse, session.state.kind === "named");
      sessions.delete(session.id);
      session.departed();
    }
    core.counters.sessionsMoved.out += batch.sessions.size;
    this.forget(batch, true);
  }

  /** The sessions are lost with the node that took them: they end here as well, for everybody to see. */
  private abort(batch: Batch): void {
    const { core, cluster } = this.deps;
    for (const session of batch.sessions.values()) {
      const { instance, state } = session;
      session.memberships = session.memberships.map((membership) => {
        const { kind, name } = membership.channel;
        return { ...membership, channel: core.channels.enter(session, instance, kind, name) };
      });
      if (state.kind === "named" && state.nameChannels.length > 0)
        session.state = { ...state, nameChannels: takeNames(core, session, state.grant) };
    }
    // Others may know that they were here, and must learn of their end.
    cluster.places.arrived(batch.sessions.keys());
    this.forget(batch, false);
    // It may have got them all the same.
    cluster.tell(batch.to, ["cancelled", batch.number]);
    cluster.tellAll(["moved", cluster.incarnation, batch.number]);
    for (const session of batch.sessions.values()) session.end();
  }

  private forget(batch: Batch, isMoved: boolean): void {
    this.batches.delete(batch.number);
    this.bytes -= batch.bytes;
    for (const id of batch.sessions.keys()) this.byId.delete(id);
    for (const one of batch.moving) this.deps.core.moving.delete(one);
    for (const session of batch.sessions.values()) this.deps.core.deliver.latest.divert(session, undefined);
    batch.entering.done();
    batch.settled(isMoved);
    this.next();
  }
}
