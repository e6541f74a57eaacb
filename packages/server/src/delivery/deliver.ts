import type { Clock } from "../clock.ts";
import type { FollowedChannel, Message, Sink } from "../engine.ts";
import type { SlicedWorkDeps } from "../fairness/sliced-work.ts";
import type { Counters } from "../metrics/counters.ts";
import { type FrameLog, SharedFrame } from "../resume/frame-log.ts";
import { type Payload, SOCKET_BACKPRESSURE, type Topics } from "../socket.ts";
import type { AckBatcher } from "./ack-batcher.ts";
import type { Channel, Channels, Member } from "./channels.ts";
import { LatestMessages } from "./latest-messages.ts";
import { Publishing } from "./publishing.ts";
import {
  type MovingMembers,
  nextThatAccepts,
  type Recipients,
  receiversOf,
  type SessionLookup,
  sessionOf,
} from "./receivers.ts";
import { type PublishToShard, ShardedBroadcast } from "./sharded-broadcast.ts";
import { SlicedDelivery } from "./sliced-delivery.ts";

export interface DeliverDeps {
  readonly channels: Channels;
  readonly sessions: SessionLookup;
  readonly moving: MovingMembers;
  readonly topics: Topics;
  readonly counters: Counters;
  readonly acks: Pick<AckBatcher, "flushAll">;
  readonly clock: Pick<Clock, "afterTurn" | "now">;
  readonly slicing: SlicedWorkDeps;
  /** Runs work for many receivers in slices. */
  inSlices(steps: Iterator<void>): void;
  /** A message was recorded for a member whose turn it was and that is away. */
  heldInTurn(member: Member, channel: Channel): void;
}

/** How many members accept a message now: those that are away accept it if it is counted, and then hold it. */
function countMembers({ sessions, counters }: DeliverDeps, channel: Channel, except: number | undefined): number {
  const sender = except === undefined ? undefined : sessions.get(except);
  const excepted = sender && !sender.isClosed && channel.has(sender) ? sender : undefined;
  const count = channel.connected - (excepted ? 1 : 0);
  if (channel.away === 0) return count;
  const away = channel.away - (excepted?.isAway ? 1 : 0);
  if (!channel.isCounted) return count - away;
  counters.heldDeliveries += away;
  return count;
}

/** Sends to one member, which may be away. Returns how many accepted it: 1 or 0. */
function sendToMember(
  { sessions, counters }: DeliverDeps,
  member: Member,
  payload: Payload,
  shared?: SharedFrame,
): number {
  const count = send(sessions, member, payload, shared);
  if (member.isAway) counters.heldDeliveries += count;
  return count;
}

/** Sends to several targets. Returns how many sessions accepted it. */
function sendToTargets(deps: DeliverDeps, sliced: SlicedDelivery, message: Message): number {
  const members = receiversOf(message, deps);
  if (!sliced.isTooMuch(members.length, message.payload, 1)) {
    const shared = members.length > 1 ? new SharedFrame(message.payload) : undefined;
    return members.reduce((count, member) => count + sendToMember(deps, member, message.payload, shared), 0);
  }
  sliced.begin(members, message.payload);
  for (const member of members) if (member.isAway) deps.counters.heldDeliveries++;
  return members.length;
}

/** Sends a message that is too much for one turn; undefined when it is not, or goes to one member of a rotation. */
function sendInSlices(
  deps: DeliverDeps,
  sliced: SlicedDelivery,
  channel: Channel,
  { payload, except }: Message,
): number | undefined {
  if (!sliced.isTooMuch(channel.size, payload, 0) || channel.owner?.roundRobin) return undefined;
  sliced.begin(channel.members(), payload, except);
  return countMembers(deps, channel, except);
}

function noteLag(sessions: SessionLookup, member: Member): void {
  const receiver = sessions.get(member.id);
  if (receiver && receiver.socket.getBufferedAmount() > 0) receiver.markLagging();
}

/** Returns how many sessions accepted it: 1 or 0. */
function send(sessions: SessionLookup, member: Member, payload: Payload, shared?: SharedFrame): number {
  const sent = member.writeFrame(payload, shared);
  if (sent === "waiting") noteLag(sessions, member);
  return sent === "closed" ? 0 : 1;
}

/** Sends to the members of a channel that are moving. Returns how many accepted it. */
function sendToMoving(deps: DeliverDeps, channel: FollowedChannel, { payload, except }: Message, isTaken: boolean) {
  let count = 0;
  for (const member of deps.moving.receivers(channel, isTaken, except)) count += sendToMember(deps, member, payload);
  return count;
}

/** Returns how many sessions received it: 1 or 0. */
function sendUncounted(sessions: SessionLookup, member: Member, payload: Payload): number {
  const sent = member.writeUncounted(payload);
  if (sent === "waiting") noteLag(sessions, member);
  return sent === "closed" ? 0 : 1;
}

/** Records a message for the members of a shard that can be resumed, whether or not they have a connection now. */
function recordFor(logs: readonly FrameLog[], payload: Payload, excepted: FrameLog | undefined): void {
  const shared = new SharedFrame(payload);
  for (const log of logs) if (log !== excepted) log.recordShared(shared);
}

function publishToShard({ sessions, topics }: DeliverDeps): PublishToShard {
  return (channel, shard, payload, except) => {
    const sender = except === undefined ? undefined : sessions.get(except);
    // Recorded first: a connection can end within the publish, and the message then belongs to those its client has missed.
    if (shard.logs.length > 0) recordFor(shard.logs, payload, sender?.log);
    // A session that is not live cannot publish, and is not subscribed to what it would have to be excepted from.
    const excepted = sender?.isLive && channel.shardOf(sender) === shard ? sender : undefined;
    // A publish from a socket leaves that socket out and reaches only its own listener.
    const senderListenerLags = excepted?.socket.publish(shard.topic, payload) === SOCKET_BACKPRESSURE;
    const otherListenersLag = topics.publish(shard.topic, payload, excepted?.endpoint.listenerIndex);
    if (!senderListenerLags && !otherListenersLag) return;
    for (const member of shard.members) noteLag(sessions, member);
    // A copy, because a slow member may leave the channel.
    if (channel.onLag) for (const member of [...shard.members]) channel.onLag(member);
  };
}

function sendToSole(deps: DeliverDeps, channel: Channel, sole: Member, payload: Payload): number {
  const count = channel.isCounted ? sendToMember(deps, sole, payload) : sendUncounted(deps.sessions, sole, payload);
  channel.onLag?.(sole);
  return count;
}

/** The only place that sends to others. */
export interface Deliver {
  /** Delivers a stamped message to the sessions of this node; returns how many accepted it. */
  readonly sink: Sink;
  /** The sessions a message would go to. Advances the rotation of a service whose instances take turns. */
  resolve(message: Recipients): readonly Member[];
  /**
   * Sends to every member of a channel, except to the session with that id; for channels that have no address. Never in slices,
   * because no sender waits for the rest, so a later event could overtake it.
   */
  toChannel(channel: Channel, text: string, except: number | undefined): void;
  /** Must be flushed before anything else is sent to a session, and before the members of a channel change. */
  readonly broadcasts: Pick<ShardedBroadcast, "flushFor" | "flushBeforeJoin" | "joined" | "pendingDeliveries">;
  /** Makes every delivery that is still to be made, at once; for the shutdown. */
  settle(): void;
  /**
   * Runs `act` now, or after the message that is being published. Whatever sends to others because a connection ended has to
   * wait for that: some would receive it before the message, and others after.
   */
  afterPublish(act: () => void): void;
  /** Must know of every change of a channel's members and of a session's connection. */
  readonly latest: Omit<LatestMessages, "send">;
  /** Messages that are sent over several turns, for which their sender waits. */
  readonly sliced: Pick<SlicedDelivery, "takeStarted">;
}

function settle(sliced: SlicedDelivery, broadcasts: ShardedBroadcast, acks: Pick<AckBatcher, "flushAll">): void {
  sliced.finish();
  broadcasts.flush();
  // Last, because a publish sends those that wait.
  acks.flushAll();
}

const createSliced = ({ slicing, sessions }: DeliverDeps): SlicedDelivery =>
  new SlicedDelivery({
    ...slicing,
    // What is held was counted when the delivery began.
    send: (member, payload, shared) => send(sessions, member, payload, shared),
  });

function sendInTurn(deps: DeliverDeps, channel: Channel, payload: Payload): number {
  // A connection that is closing does not accept it.
  const taker = nextThatAccepts(channel, (member) => sendToMember(deps, member, payload) > 0);
  if (taker?.isAway) deps.heldInTurn(taker, channel);
  return taker ? 1 : 0;
}

export function createDeliver(deps: DeliverDeps): Deliver {
  const { channels, sessions, counters, acks } = deps;
  const publishing = new Publishing(publishToShard(deps));
  const broadcasts = new ShardedBroadcast(deps.clock, publishing.publish);
  const sliced = createSliced(deps);
  const latest = new LatestMessages({ ...deps, broadcasts, toChannel: sendToChannel });

  function sendToAll(channel: Channel, payload: Payload, except: number | undefined): number {
    const count = countMembers(deps, channel, except);
    // When many sessions disconnect together, most notices have no receiver left, and this makes them almost free.
    if (count === 0) return 0;
    acks.flushAll();
    broadcasts.send(channel, payload, except);
    return count;
  }

  function sendToChannel(channel: Channel, payload: Payload, except: number | undefined): number {
    const { sole } = channel;
    if (sole && sole.id === except) return 0;
    if (channel.owner?.roundRobin) return sendInTurn(deps, channel, payload);
    return sole ? sendToSole(deps, channel, sole, payload) : sendToAll(channel, payload, except);
  }

  function sendToTarget(message: Message): number {
    const target = message.targets[0];
    if (!target) return 0;
    if (target.kind === "session") {
      const session = sessionOf(sessions, target.id, message.instance);
      return session ? sendToMember(deps, session, message.payload) : 0;
    }
    const { instance, payload, except } = message;
    const channel = channels.find(instance, target.kind, target.name);
    const count = !channel
      ? 0
      : (sendInSlices(deps, sliced, channel, message) ?? sendToChannel(channel, payload, except));
    return deps.moving.size === 0 ? count : count + sendToMoving(deps, { ...target, instance }, message, count > 0);
  }

  function sendMessage(message: Message): number {
    if (message.latest !== undefined) return latest.send(message, message.latest);
    return message.targets.length === 1 ? sendToTarget(message) : sendToTargets(deps, sliced, message);
  }

  return {
    sink(message) {
      const count = sendMessage(message);
      counters.delivered(count, message.payload);
      return count;
    },
    resolve: (message) => receiversOf(message, deps),
    broadcasts,
    latest,
    afterPublish: publishing.after,
    sliced,
    settle: () => settle(sliced, broadcasts, acks),
    toChannel(channel, text, except) {
      if (channel.size > 0) counters.delivered(sendToChannel(channel, text, except), text);
    },
  };
}
