import type { Clock } from "../clock.ts";
import type { Message, Sink } from "../engine.ts";
import type { SlicedWorkDeps } from "../fairness/sliced-work.ts";
import type { Counters } from "../metrics/counters.ts";
import { type Payload, SOCKET_BACKPRESSURE, type Topics } from "../socket.ts";
import type { AckBatcher } from "./ack-batcher.ts";
import type { Channel, Channels, Member } from "./channels.ts";
import { type Recipients, receiversOf, type SessionLookup, sessionOf } from "./receivers.ts";
import { type PublishToShard, ShardedBroadcast } from "./sharded-broadcast.ts";
import { SlicedDelivery } from "./sliced-delivery.ts";

export interface DeliverDeps {
  readonly channels: Channels;
  readonly sessions: SessionLookup;
  readonly topics: Topics;
  readonly counters: Counters;
  readonly acks: Pick<AckBatcher, "flushAll">;
  readonly clock: Pick<Clock, "afterTurn">;
  readonly slicing: SlicedWorkDeps;
}

/** Tries the members in rotation until one accepts: a connection that is closing does not. */
function sendToNextInRotation(channel: Channel, send: (member: Member) => number): number {
  for (let left = channel.size; left > 0; left--) {
    const member = channel.nextInRotation();
    if (member && send(member) > 0) return 1;
  }
  return 0;
}

/** Members whose connection is open, without the session with that id. */
function connectedMembers(channel: Channel, sessions: SessionLookup, except: number | undefined): number {
  const excepted = except === undefined ? undefined : sessions.get(except);
  return channel.connected - (excepted && !excepted.isClosed && channel.has(excepted) ? 1 : 0);
}

/** Sends a message that is too much for one turn; undefined when it is not, or goes to one member of a rotation. */
function sendInSlices(
  sliced: SlicedDelivery,
  channel: Channel,
  sessions: SessionLookup,
  { payload, except }: Message,
): number | undefined {
  if (!sliced.isTooMuch(channel.size, payload, 0) || channel.owner?.roundRobin) return undefined;
  sliced.begin(channel.members(), payload, except);
  return connectedMembers(channel, sessions, except);
}

function noteLag(sessions: SessionLookup, member: Member): void {
  const receiver = sessions.get(member.id);
  if (receiver && receiver.socket.getBufferedAmount() > 0) receiver.markLagging();
}

/** Returns how many sessions accepted it: 1 or 0. */
function send(sessions: SessionLookup, member: Member, payload: Payload, isCounted = true): number {
  const sent = isCounted ? member.writeFrame(payload) : member.writeUncounted(payload);
  if (sent === "waiting") noteLag(sessions, member);
  return sent === "closed" ? 0 : 1;
}

function publishToShard({ sessions, topics }: DeliverDeps): PublishToShard {
  return (channel, shard, payload, except) => {
    const sender = except === undefined ? undefined : sessions.get(except);
    // A connection that has ended cannot publish, and receives nothing that it would have to be excepted from.
    const excepted = sender && !sender.isClosed && channel.shardOf(sender) === shard ? sender : undefined;
    // A publish from a socket leaves that socket out and reaches only its own listener.
    const senderListenerLags = excepted?.socket.publish(shard.topic, payload) === SOCKET_BACKPRESSURE;
    const otherListenersLag = topics.publish(shard.topic, payload, excepted?.endpoint.listenerIndex);
    if (!senderListenerLags && !otherListenersLag) return;
    for (const member of shard.members) noteLag(sessions, member);
  };
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
  /** Messages that are sent over several turns, for which their sender waits. */
  readonly sliced: Pick<SlicedDelivery, "takeStarted">;
}

function settle(sliced: SlicedDelivery, broadcasts: ShardedBroadcast, acks: Pick<AckBatcher, "flushAll">): void {
  sliced.finish();
  broadcasts.flush();
  // Last, because a publish sends those that wait.
  acks.flushAll();
}

export function createDeliver(deps: DeliverDeps): Deliver {
  const { channels, sessions, counters, acks } = deps;
  const broadcasts = new ShardedBroadcast(deps.clock, publishToShard(deps));
  const sendToMember = (member: Member, payload: Payload) => send(sessions, member, payload);
  const sliced = new SlicedDelivery({ ...deps.slicing, send: sendToMember });

  function sendToAll(channel: Channel, payload: Payload, except: number | undefined): number {
    // When many sessions disconnect together, most notices have no receiver left, and this makes them almost free.
    if (channel.connected === 0) return 0;
    const count = connectedMembers(channel, sessions, except);
    acks.flushAll();
    broadcasts.send(channel, payload, except);
    return count;
  }

  function sendToChannel(channel: Channel, payload: Payload, except: number | undefined): number {
    const { sole } = channel;
    if (sole) return sole.id === except ? 0 : send(sessions, sole, payload, channel.isCounted);
    return channel.owner?.roundRobin
      ? sendToNextInRotation(channel, (member) => sendToMember(member, payload))
      : sendToAll(channel, payload, except);
  }

  function sendToTargets(message: Message): number {
    const members = receiversOf(message, channels, sessions);
    if (!sliced.isTooMuch(members.length, message.payload, 1))
      return members.reduce((count, member) => count + sendToMember(member, message.payload), 0);
    sliced.begin(members, message.payload);
    return members.length;
  }

  function sendToTarget(message: Message): number {
    const target = message.targets[0];
    if (!target) return 0;
    if (target.kind === "session") {
      const session = sessionOf(sessions, target.id, message.instance);
      return session ? sendToMember(session, message.payload) : 0;
    }
    const channel = channels.find(message.instance, target.kind, target.name);
    if (!channel) return 0;
    return sendInSlices(sliced, channel, sessions, message) ?? sendToChannel(channel, message.payload, message.except);
  }

  return {
    sink(message) {
      const count = message.targets.length === 1 ? sendToTarget(message) : sendToTargets(message);
      counters.delivered(count, message.payload);
      return count;
    },
    resolve: (message) => receiversOf(message, channels, sessions),
    broadcasts,
    sliced,
    settle: () => settle(sliced, broadcasts, acks),
    toChannel(channel, text, except) {
      if (channel.size > 0) counters.delivered(sendToChannel(channel, text, except), text);
    },
  };
}
