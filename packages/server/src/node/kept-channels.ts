import type { Address } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import { type KeepRule, keptChannel } from "../config/keep-rules.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { Engine, FollowedChannel } from "../engine.ts";
import { type Keep, type KeepOutcome, KeepUnavailable, type KeptChannel } from "../keep.ts";
import type { Counters } from "../metrics/counters.ts";
import type { Payload } from "../socket.ts";
import { KeptOrder, type Turn } from "./kept-order.ts";
import { positioned } from "./positioned.ts";

/** What kept channels need to know about a session. */
export interface KeptSession {
  readonly id: number;
  readonly instance: string;
  readonly endpoint: { readonly dialect: string };
  /** Charges deliveries that were made for it after its frame had been handled. */
  chargeDeliveries(deliveries: number, bytes: number): void;
}

export interface KeptChannelsDeps {
  readonly log: Keep;
  readonly rules: readonly KeepRule[];
  readonly engine: Pick<Engine, "publish">;
  readonly deliver: Pick<Deliver, "resolve"> & { readonly sliced: Pick<Deliver["sliced"], "takeStarted"> };
  readonly sessions: { get(id: number): KeptSession | undefined };
  readonly clock: Pick<Clock, "time">;
  readonly counters: Counters;
}

/** A message to one kept channel. */
export interface KeptSend {
  readonly channel: KeptChannel;
  readonly payload: Payload;
  /** Id of the session that must not receive it. */
  readonly except: number | undefined;
  /** See KeepRequest. */
  readonly id: string | undefined;
}

/** What became of a message to a kept channel. */
export type KeptResult =
  | { readonly kind: "delivered"; readonly seq: number; readonly taken: number; readonly held: number }
  | { readonly kind: "duplicate"; readonly seq: number }
  | { readonly kind: "failed"; readonly reason: "keep-busy" | "keep-failed" | "keep-full" };

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
}

/** A channel as frames of the server name it. */
export const wireAddressOf = ({ kind, name }: KeptChannel) =>
  kind === "hub" ? { hub: name } : kind === "broadcast" ? { bc: name } : { name };

const keyOf = ({ instance, kind, name }: KeptChannel): string => `${kind}\0${instance}\0${name}`;

/**
 * Messages to kept channels: stored first, then delivered, then confirmed (PROTOCOL.md R140, R141). The messages of a session
 * may be stored together; any other frame of it waits until they are settled, so that its frames take effect in order.
 */
export class KeptChannels {
  readonly keep: Keep;
  private readonly pending = new Map<number, Pending>();
  private readonly order = new KeptOrder();
  /** The last answer of at(): each frame asks several times. */
  private last: (FollowedChannel & { readonly channel: KeptChannel | undefined }) | undefined;
  /** Sessions that are still being sent what their inbox holds, and receive new messages of it from there. */
  private readonly inboxReaders = new Map<number, Set<string>>();

  constructor(private readonly deps: KeptChannelsDeps) {
    this.keep = deps.log;
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
    const turn = this.order.begin(pending.queue, keyOf(channel));
    const finish = (result: KeptResult): void => {
      done(result);
      this.end(session, pending, payload.length);
    };
    const reject = (reason: Extract<KeptResult, { kind: "failed" }>["reason"]): void =>
      this.order.rejected(turn, () => finish({ kind: "failed", reason }));
    const settled = (outcome: KeepOutcome): void => {
      if (outcome.kind === "failed") reject(outcome.reason === "storage" ? "keep-failed" : "keep-full");
      else if (outcome.kind === "duplicate") this.order.rejected(turn, () => finish(outcome));
      else this.order.stored(turn, () => this.deliverInSlices(session, message, outcome.seq, finish));
    };
    const request = { channel, frame: payload, at: this.deps.clock.time(), settled };
    if (!this.keep.append(id === undefined ? request : { ...request, id })) reject("keep-busy");
  }

  /** Runs `act` when it is called, and the results of all earlier messages of the session have been sent (PROTOCOL.md R6). */
  inOrder(session: KeptSession, act: () => void): () => void {
    const queue = this.pending.get(session.id)?.queue;
    if (!queue || queue.length === 0) return act;
    const turn = this.order.begin(queue, "");
    return () => this.order.rejected(turn, act);
  }

  /** From now on the session is sent messages of the inbox only by who reads it for it. */
  beginInbox(session: KeptSession, channel: KeptChannel): void {
    this.inboxReaders.getOrInsertComputed(session.id, () => new Set()).add(keyOf(channel));
  }

  endInbox(session: KeptSession, channel: KeptChannel): void {
    const reading = this.inboxReaders.get(session.id);
    reading?.delete(keyOf(channel));
    if (reading?.size === 0) this.inboxReaders.delete(session.id);
  }

  private begin({ id }: KeptSession, bytes: number): Pending {
    const pending = this.pending.getOrInsertComputed(id, () => {
      const { promise: settled, resolve } = Promise.withResolvers<void>();
      return { count: 0, bytes: 0, settled, resolve, queue: [] };
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

  /** Returns a promise while the message is still being sent. */
  private deliverInSlices(
    session: KeptSession,
    message: KeptSend,
    seq: number,
    finish: (result: KeptResult) => void,
  ): Promise<void> | undefined {
    if (seq === 1) this.announce(message.channel);
    finish(this.deliver(session, message, seq));
    return this.deps.deliver.sliced.takeStarted();
  }

  /** The epoch begins with the first message: who joined before knows another one, or none (PROTOCOL.md R144). */
  private announce(channel: KeptChannel): void {
    const { deliver, engine, sessions } = this.deps;
    const message = { instance: channel.instance, targets: [channel], payload: "", except: undefined };
    const modern = deliver.resolve(message).filter(({ id }) => sessions.get(id)?.endpoint.dialect === "achex.2");
    if (modern.length === 0) return;
    try {
      const span = { epoch: this.keep.span(channel).epoch, first: 1, head: 0 };
      const payload = JSON.stringify({ $kept: { ...wireAddressOf(channel), ...span } });
      engine.publish({ ...message, payload, targets: modern.map(({ id }): Address => ({ kind: "session", id })) });
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  private deliver(session: KeptSession, { channel, payload, except }: KeptSend, seq: number): KeptResult {
    const { counters, engine, deliver, sessions } = this.deps;
    const { deliveries, heldDeliveries, bytesOut } = counters;
    const message = { instance: channel.instance, targets: [channel], payload, except };
    const members = deliver.resolve(message).map(({ id }) => id);
    if (members.length === 0) return { kind: "delivered", seq, taken: 0, held: 0 };
    const isReading = (id: number) => this.inboxReaders.get(id)?.has(keyOf(channel)) === true;
    const isModern = (id: number) => sessions.get(id)?.endpoint.dialect === "achex.2";
    const modern = members.filter((id) => isModern(id) && !isReading(id));
    const legacy = members.filter((id) => !isModern(id));
    let taken = members.length - modern.length - legacy.length;
    const publish = (ids: readonly number[], one: Payload): void => {
      const targets = ids.map((id): Address => ({ kind: "session", id }));
      if (ids.length > 0) taken += engine.publish({ ...message, targets, payload: one, except: undefined });
    };
    if (modern.length === members.length && members.length > 1)
      taken += engine.publish({ ...message, payload: positioned(payload, seq) });
    else {
      publish(modern, positioned(payload, seq));
      // Legacy dialects have no binary messages (PROTOCOL.md R41).
      if (typeof payload === "string") publish(legacy, payload);
    }
    const made = counters.deliveries - deliveries;
    if (made > 0) session.chargeDeliveries(made, counters.bytesOut - bytesOut);
    return { kind: "delivered", seq, taken, held: counters.heldDeliveries - heldDeliveries };
  }
}
