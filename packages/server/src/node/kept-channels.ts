import type { Address } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import { type KeepRule, keptChannel } from "../config/keep-rules.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { FollowedChannel } from "../engine.ts";
import { type Keep, type KeepOutcome, KeepUnavailable, type KeptArrival, type KeptChannel } from "../keep.ts";
import type { Counters } from "../metrics/counters.ts";
import type { Payload } from "../socket.ts";
import { InboxReaders } from "./inbox-readers.ts";
import { KeptMoves, type Receives } from "./kept-moves.ts";
import { KeptOrder, type Turn } from "./kept-order.ts";
import {
  type Delivered,
  failureOf,
  type KeptDelivery,
  type KeptElsewhere,
  type KeptFailure,
  type KeptResult,
  type KeptSend,
  type KeptSession,
} from "./kept-sends.ts";
import { KeptTrails } from "./kept-trails.ts";
import { OrderedCalls } from "./ordered-calls.ts";
import { epochFrame, positioned } from "./positioned.ts";
import { RecentTakers } from "./recent-takers.ts";

export interface KeptChannelsDeps {
  readonly log: Keep;
  readonly rules: readonly KeepRule[];
  /** Not the engine: each node of a cluster stores the message, and delivers it to its own sessions. */
  readonly deliver: Pick<Deliver, "resolve" | "sink"> & { readonly sliced: Pick<Deliver["sliced"], "takeStarted"> };
  readonly sessions: { get(id: number): KeptSession | undefined };
  readonly clock: Pick<Clock, "time">;
  readonly counters: Counters;
  readonly moving: { readonly size: number; has(id: number): boolean };
  /** undefined if the node is not in a cluster. */
  readonly elsewhere?: KeptElsewhere | undefined;
}

/** Messages and bytes of one session that may wait to be stored; beyond, its next frames wait. */
const MAX_PENDING = 1_000;
const MAX_PENDING_BYTES = 1024 ** 2;

/** The messages of one session that are being stored. */
interface Pending {
  count: number;
  bytes: number;
  readonly settled: Promise<void>;
  readonly resolve: () => void;
  readonly queue: Turn[];
  /** In a cluster a result may wait for other nodes; those after it then wait for it (PROTOCOL.md R6). */
  readonly results: OrderedCalls;
}

const keyOf = ({ instance, kind, name }: KeptChannel): string => `${kind}\0${instance}\0${name}`;

/**
 * Messages to kept channels: stored first, then delivered, then confirmed (PROTOCOL.md R140, R141). The messages of a session
 * may be stored together; any other frame of it waits until they are settled, so that its frames take effect in order.
 */
export class KeptChannels {
  readonly keep: Keep;
  private readonly pending = new Map<number, Pending>();
  private readonly order = new KeptOrder();
  readonly moves: KeptMoves;
  /** How many took what other nodes have sent, for those that ask. */
  readonly takers = new RecentTakers();
  private readonly trails = new KeptTrails();
  /** The last answer of at(): each frame asks several times. */
  private last: (FollowedChannel & { readonly channel: KeptChannel | undefined }) | undefined;
  readonly inboxReaders = new InboxReaders();

  constructor(private readonly deps: KeptChannelsDeps) {
    this.keep = deps.log;
    this.moves = new KeptMoves({
      ...{ keep: deps.log, moving: deps.moving },
      at: (instance, address) => this.at(instance, address),
      delivered: (channel) => this.delivered(channel),
      announce: (session, channel, epoch) => session.send(epochFrame(channel, epoch)),
    });
    this.keep.listen?.((arrival) => this.arrived(arrival));
  }

  /** The kept channel at an address; undefined if it is not kept. */
  at(instance: string, address: Address): KeptChannel | undefined {
    const { rules } = this.deps;
    if (rules.length === 0 || address.kind === "session") return undefined;
    const { kind, name } = address;
    const { last } = this;
    if (last?.name === name && last.kind === kind && last.instance === instance) return last.channel;
    const channel = keptChannel(rules, { instance, kind, name });
    this.last = { instance, kind, name, channel };
    return channel;
  }

  /** Resolves when the messages of a session that are being stored are settled; undefined if there are none. */
  waitFor(session: KeptSession): Promise<void> | undefined {
    return this.pending.get(session.id)?.settled;
  }

  /** Whether a message of the session that is not kept has to wait for knownElsewhere(). */
  isAhead({ id }: KeptSession): boolean {
    return this.trails.has(id);
  }

  /** Resolves when the other nodes have delivered what the session has stored, 250 ms at most. */
  knownElsewhere({ id }: KeptSession): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const trail = this.trails.take(id, this.deps.clock.time());
    if (trail) this.deps.elsewhere?.count(trail.channel, trail.entry, () => resolve());
    else resolve();
    return promise;
  }

  /** Resolves when the session may send another message to a kept channel; undefined if it may now. */
  waitForRoom(session: KeptSession): Promise<void> | undefined {
    const pending = this.pending.get(session.id);
    const isFull = pending && (pending.count >= MAX_PENDING || pending.bytes >= MAX_PENDING_BYTES);
    return isFull ? pending.settled : undefined;
  }

  /** Calls back when everything of the channel that was stored has also been delivered; false if that is so now. */
  isBlocked(channel: KeptChannel, whenDelivered: () => void): boolean {
    return this.order.isBlocked(keyOf(channel), whenDelivered);
  }

  /** The position up to which messages of the channel have been delivered. */
  private delivered(channel: KeptChannel): { readonly epoch: string; readonly seq: number } {
    const { epoch, head } = this.keep.span(channel);
    return { epoch, seq: head - this.order.waitingIn(keyOf(channel)) };
  }

  /** Messages that are being stored. */
  get waiting(): number {
    let waiting = 0;
    for (const { count } of this.pending.values()) waiting += count;
    return waiting;
  }

  /** Resolves when everything that waits has been stored and delivered. */
  async settled(): Promise<void> {
    await Promise.all([...this.pending.values()].map(({ settled }) => settled));
  }

  /** Stores a message and delivers it. `done` is called in the order of the session's messages. */
  send(session: KeptSession, message: KeptSend, done: (result: KeptResult) => void): void {
    const { channel, payload, id } = message;
    const pending = this.begin(session, payload.length);
    const taker = this.deps.elsewhere?.turn(channel);
    const turn = this.order.begin(pending.queue, keyOf(channel));
    const call = pending.results.next();
    const finish = (result: KeptResult): void =>
      call(() => {
        done(result);
        this.end(session, pending, payload.length);
      });
    const reject = (reason: KeptFailure): void => this.order.rejected(turn, () => finish({ kind: "failed", reason }));
    const settled = (outcome: KeepOutcome): void => {
      if (outcome.kind === "failed") reject(failureOf(outcome));
      else if (outcome.kind === "duplicate") this.order.rejected(turn, () => finish(outcome));
      else
        this.order.stored(turn, () =>
          this.deliverInSlices(
            { ...message, turn: taker },
            outcome.seq,
            session,
            this.counting(session, message, outcome, finish),
          ),
        );
    };
    const request = { channel, frame: payload, at: this.deps.clock.time(), settled };
    const { except } = message;
    const more = {
      ...(id !== undefined && { id }),
      ...(except !== undefined && { except }),
      ...(taker !== undefined && { turn: taker }),
    };
    if (!this.keep.append({ ...request, ...more })) reject("keep-busy");
  }

  /** Runs `act` when it is called, and the results of all earlier messages of the session have been sent (PROTOCOL.md R6). */
  inOrder(session: KeptSession, act: () => void): () => void {
    const pending = this.pending.get(session.id);
    if (!pending) return act;
    const call = pending.results.next();
    const turn = this.order.begin(pending.queue, "");
    return () => this.order.rejected(turn, () => call(act));
  }

  /** Delivers what another node of the cluster has sent; called in the order of the channel. */
  private arrived({ channel, frame: payload, except, turn: taker, seq, entry }: KeptArrival): void {
    const turn = this.order.begin([], keyOf(channel));
    const message = { channel, payload, except, turn: taker };
    this.order.stored(turn, () =>
      this.deliverInSlices(message, seq, undefined, ({ taken, held }) => this.takers.delivered(entry, taken, held)),
    );
  }

  private begin({ id }: KeptSession, bytes: number): Pending {
    const pending = this.pending.getOrInsertComputed(id, () => {
      const { promise: settled, resolve } = Promise.withResolvers<void>();
      return { count: 0, bytes: 0, settled, resolve, queue: [], results: new OrderedCalls() };
    });
    pending.count++;
    pending.bytes += bytes;
    return pending;
  }

  private end({ id }: KeptSession, pending: Pending, bytes: number): void {
    pending.bytes -= bytes;
    if (--pending.count > 0) return;
    if (this.pending.get(id) === pending) this.pending.delete(id);
    pending.resolve();
  }

  /** Adds what other nodes say, if somebody wants to know it. */
  private counting(
    { id }: KeptSession,
    { channel, wantsResult }: KeptSend,
    { entry }: Extract<KeepOutcome, { kind: "kept" }>,
    finish: (result: KeptResult) => void,
  ): (delivery: KeptDelivery) => void {
    const { elsewhere } = this.deps;
    if (!elsewhere || entry === undefined) return finish;
    if (!wantsResult) {
      this.trails.leave(id, channel, entry, this.deps.clock.time());
      return finish;
    }
    return (here) =>
      elsewhere.count(channel, entry, (taken, held, missed) =>
        finish({ ...here, taken: here.taken + taken, held: here.held + held, missed }),
      );
  }

  /** Returns a promise while the message is still being sent. */
  private deliverInSlices(
    message: Delivered,
    seq: number,
    session: KeptSession | undefined,
    finish: (delivery: KeptDelivery) => void,
  ): Promise<void> | undefined {
    // What goes to one session in turn goes to no other, here or elsewhere.
    const receives = message.turn === undefined ? this.moves.receives(message.channel, seq) : undefined;
    if (seq === 1) this.announce(message.channel, receives);
    finish(this.deliver(message, seq, session, receives));
    return this.deps.deliver.sliced.takeStarted();
  }

  /** The epoch begins with the first message: who joined before knows another one, or none (PROTOCOL.md R144). */
  private announce(channel: KeptChannel, receives: Receives = () => true): void {
    const { deliver, sessions } = this.deps;
    const message = { instance: channel.instance, targets: [channel], payload: "", except: undefined };
    const isModern = (id: number): boolean => sessions.get(id)?.endpoint.dialect === "achex.2";
    const modern = deliver.resolve(message).filter(({ id }) => isModern(id) && receives(id));
    if (modern.length === 0) return;
    try {
      const payload = epochFrame(channel, this.keep.span(channel).epoch);
      deliver.sink({ ...message, payload, targets: modern.map(({ id }): Address => ({ kind: "session", id })) });
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  private deliver(
    { channel, payload, except, turn }: Delivered,
    seq: number,
    session: KeptSession | undefined,
    receives: Receives | undefined,
  ): KeptDelivery {
    if (turn !== undefined && turn !== this.deps.elsewhere?.node) return { kind: "delivered", seq, taken: 0, held: 0 };
    const { counters, deliver, sessions } = this.deps;
    const { deliveries, heldDeliveries, bytesOut } = counters;
    const message = { instance: channel.instance, targets: [channel], payload, except };
    const resolved = deliver.resolve(message).map(({ id }) => id);
    const members = receives ? resolved.filter(receives) : resolved;
    if (members.length === 0) return { kind: "delivered", seq, taken: 0, held: 0 };
    const isReading = (id: number) => this.inboxReaders.has(id, channel);
    const isModern = (id: number) => sessions.get(id)?.endpoint.dialect === "achex.2";
    const modern = members.filter((id) => isModern(id) && !isReading(id));
    const legacy = members.filter((id) => !isModern(id));
    let taken = members.length - modern.length - legacy.length;
    const publish = (ids: readonly number[], one: Payload): void => {
      const targets = ids.map((id): Address => ({ kind: "session", id }));
      if (ids.length > 0) taken += deliver.sink({ ...message, targets, payload: one, except: undefined });
    };
    if (modern.length === resolved.length && members.length > 1)
      taken += deliver.sink({ ...message, payload: positioned(payload, seq) });
    else {
      publish(modern, positioned(payload, seq));
      // Legacy dialects have no binary messages (PROTOCOL.md R41).
      if (typeof payload === "string") publish(legacy, payload);
    }
    const made = counters.deliveries - deliveries;
    if (made > 0) session?.chargeDeliveries(made, counters.bytesOut - bytesOut);
    return { kind: "delivered", seq, taken, held: counters.heldDeliveries - heldDeliveries };
  }
}
