import type { Message } from "../engine.ts";
import type { Counters } from "../metrics/counters.ts";
import type { Payload } from "../socket.ts";
import { Channel, type Channels, type Member } from "./channels.ts";
import { LatestBoxes } from "./latest-boxes.ts";
import { type MovingMembers, type Receiver, receiversOf, type SessionLookup } from "./receivers.ts";
import type { ShardedBroadcast } from "./sharded-broadcast.ts";
import { SHARD_MEMBERS } from "./sharded-members.ts";
import { StallWatch, type StallWatchDeps } from "./stall-watch.ts";

/** Receivers that are sent a message one by one in the same turn. */
const MAX_AT_ONCE = 512;

export interface LatestMessagesDeps {
  readonly channels: Channels;
  readonly sessions: SessionLookup;
  readonly moving: MovingMembers;
  readonly counters: Pick<Counters, "heldDeliveries" | "replacedMessages">;
  readonly broadcasts: Pick<ShardedBroadcast, "flushFor" | "flushBeforeJoin" | "joined">;
  /** Returns how many accepted it. */
  toChannel(channel: Channel, payload: Payload, except: number | undefined): number;
  inSlices(steps: Iterator<void>): void;
  readonly clock: StallWatchDeps["clock"];
}

/** A message that waits, with its key. */
export type WaitingLatest = readonly [key: string, payload: Payload];
type PutLatest = (key: string, payload: Payload) => void;

/** The members of a channel that receive latest-value messages at once have a topic, and those that do not are listed. */
interface Audience {
  readonly topic: Channel;
  readonly watch: StallWatch;
  readonly behind: Set<Receiver>;
}

/**
 * Delivers latest-value messages (PROTOCOL.md R130). A receiver that reads slowly or is away must not be sent all of them, but all
 * other messages of the same channel. So they have a topic of their own, which exists only in channels where they are used; the
 * receivers without it have a box, in which the newest message of each sender and key waits.
 */
export class LatestMessages {
  private readonly audiences = new Map<Channel, Audience>();
  private readonly boxes = new LatestBoxes<Receiver>();
  /** Receivers that are moving between nodes: what waits for them is passed on to the other, or to later. */
  private readonly diverted = new Map<Receiver, PutLatest>();
  private topicCount = 0;

  constructor(private readonly deps: LatestMessagesDeps) {}

  /** Sends a message; a newer one with the same `latest` replaces it. Returns how many sessions accepted it. */
  send(message: Message, latest: string): number {
    const [target] = message.targets;
    const channel =
      message.targets.length === 1 && target && target.kind !== "session"
        ? this.deps.channels.find(message.instance, target.kind, target.name)
        : undefined;
    if (channel && channel.size > 1 && !channel.owner?.roundRobin) return this.sendToChannel(channel, message, latest);
    const receivers = this.receiversOf(message);
    if (receivers.length > MAX_AT_ONCE) this.deps.inSlices(this.sendToEach(receivers, message.payload, latest));
    else for (const receiver of receivers) this.sendTo(receiver, latest, message.payload);
    return receivers.length;
  }

  /** A member has been added to a channel. */
  joined(channel: Channel, member: Member): void {
    const audience = this.audiences.get(channel);
    const receiver = audience && this.deps.sessions.get(member.id);
    if (audience && receiver) this.admit(audience, receiver);
  }

  /** Called before a member is removed from a channel. */
  leaving(channel: Channel, member: Member): void {
    const audience = this.audiences.get(channel);
    if (!audience) return;
    audience.topic.delete(member);
    const receiver = this.deps.sessions.get(member.id);
    if (receiver) audience.behind.delete(receiver);
    if (channel.size <= 1) this.audiences.delete(channel);
  }

  /** The connection of a session has ended, or another takes over. `channels` are all that it is in. */
  disconnected(session: Receiver, channels: Iterable<Channel>): void {
    if (session.isClosed) this.boxes.delete(session);
    if (this.audiences.size === 0) return;
    for (const channel of channels) {
      const audience = this.audiences.get(channel);
      if (audience) this.setBehind(audience, session);
    }
  }

  /** The session is live again, or its client has read what waited for it. */
  ready(session: Receiver, channels: Iterable<Channel>): void {
    if (!this.sendWaiting(session) || this.audiences.size === 0) return;
    for (const channel of channels) {
      const audience = this.audiences.get(channel);
      if (audience?.behind.has(session)) this.admit(audience, session);
    }
  }

  /** What waits for a receiver, oldest first. */
  waiting(receiver: Receiver): readonly WaitingLatest[] {
    return this.boxes.waiting(receiver);
  }

  bytesFor(receiver: Receiver): number {
    return this.boxes.bytesFor(receiver);
  }

  /** Adds to what waits for a receiver, also while it is diverted. */
  put(receiver: Receiver, key: string, payload: Payload): void {
    this.deps.counters.replacedMessages += this.boxes.put(receiver, key, payload);
  }

  /** The receiver is moving: from now on `put` gets what is to wait for it, until this is called again with undefined. */
  divert(receiver: Receiver, put: PutLatest | undefined): void {
    if (put) this.diverted.set(receiver, put);
    else this.diverted.delete(receiver);
  }

  forget(receiver: Receiver): void {
    this.boxes.delete(receiver);
  }

  /** Sends what waits for a receiver, while it is not too much. False when something still waits. */
  private sendWaiting(receiver: Receiver): boolean {
    while (this.boxes.has(receiver)) {
      if (!this.isReady(receiver)) return false;
      const payload = this.boxes.shift(receiver);
      if (payload !== undefined && receiver.writeUncounted(payload) === "waiting") receiver.markLagging();
    }
    return true;
  }

  private sendToChannel(channel: Channel, { payload, except }: Message, latest: string): number {
    const { topic, watch, behind } = this.audiences.getOrInsertComputed(channel, () => this.createAudience(channel));
    let kept = 0;
    for (const receiver of behind) {
      if (receiver.id === except || receiver.isClosed) continue;
      this.keep(receiver, latest, payload);
      kept++;
    }
    if (topic.size === 0) return kept;
    const sent = this.deps.toChannel(topic, payload, except);
    watch.sent(topic);
    return kept + sent;
  }

  /** All members begin without the topic and are added in slices; meanwhile what is sent waits in their boxes. */
  private createAudience(channel: Channel): Audience {
    const { instance, kind, name } = channel;
    const topic = new Channel(instance, kind, name, `l${++this.topicCount}`, SHARD_MEMBERS, false);
    const watch = new StallWatch({ ...this.deps, probed: (member) => this.probed(member) });
    const audience: Audience = { topic, watch, behind: new Set(this.membersOf(channel)) };
    topic.onLag = (member) => {
      const receiver = this.deps.sessions.get(member.id);
      if (receiver?.isBehind) this.setBehind(audience, receiver);
    };
    this.deps.inSlices(this.fill(audience));
    return audience;
  }

  private *fill(audience: Audience): Generator<void> {
    for (const receiver of [...audience.behind]) {
      if (audience.behind.has(receiver) && this.sendWaiting(receiver)) this.admit(audience, receiver);
      yield;
    }
  }

  private *membersOf(channel: Channel): Generator<Receiver> {
    for (const { id } of channel.members()) {
      const receiver = this.deps.sessions.get(id);
      if (receiver) yield receiver;
    }
  }

  private admit({ topic, behind }: Audience, receiver: Receiver): void {
    if (!this.isReady(receiver)) {
      behind.add(receiver);
      return;
    }
    behind.delete(receiver);
    this.deps.broadcasts.flushBeforeJoin(topic);
    topic.add(receiver);
    this.deps.broadcasts.joined(topic, receiver);
  }

  private setBehind({ topic, behind }: Audience, receiver: Receiver): void {
    this.deps.broadcasts.flushFor(receiver);
    topic.delete(receiver);
    behind.add(receiver);
  }

  private receiversOf(message: Message): Receiver[] {
    return receiversOf(message, this.deps).flatMap(({ id }) => this.deps.sessions.get(id) ?? []);
  }

  private *sendToEach(receivers: readonly Receiver[], payload: Payload, latest: string): Generator<void> {
    for (const receiver of receivers) {
      if (!receiver.isClosed) this.sendTo(receiver, latest, payload);
      yield;
    }
  }

  /** Sends a message to one receiver, or lets it wait. */
  sendTo(receiver: Receiver, latest: string, payload: Payload): void {
    if (!this.isReady(receiver) || this.boxes.has(receiver)) this.keep(receiver, latest, payload);
    else if (receiver.writeUncounted(payload) === "waiting") receiver.markLagging();
  }

  private keep(receiver: Receiver, latest: string, payload: Payload): void {
    if (receiver.isAway) this.deps.counters.heldDeliveries++;
    const divert = this.diverted.size > 0 ? this.diverted.get(receiver) : undefined;
    if (divert) divert(latest, payload);
    else this.put(receiver, latest, payload);
  }

  /** Old dialects are sent nothing extra, not even pings. */
  private probed({ id }: Member): Receiver | undefined {
    const receiver = this.deps.sessions.get(id);
    return receiver?.endpoint.dialect === "achex.2" ? receiver : undefined;
  }

  private isReady({ isLive, isClosed, isBehind }: Receiver): boolean {
    return isLive && !isClosed && !isBehind;
  }
}
