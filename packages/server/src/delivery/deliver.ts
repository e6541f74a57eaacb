import type { Dialect } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Message, Sink } from "../engine.ts";
import type { Counters } from "../metrics/counters.ts";
import { type Payload, SOCKET_BACKPRESSURE, type Topics } from "../socket.ts";
import type { AckBatcher } from "./ack-batcher.ts";
import type { Channel, Channels, Member } from "./channels.ts";
import { type PublishToShard, ShardedBroadcast } from "./sharded-broadcast.ts";

/** What delivery needs to know about a session. */
export interface Receiver extends Member {
  readonly instance: string;
  readonly endpoint: { readonly listenerIndex: number; readonly dialect: Dialect };
  readonly state: { readonly kind: string };
  /** Set while bytes wait for it, so that a disconnect caused by the backlog is not counted as one by the peer. */
  lagging: boolean;
}

export interface DeliverDeps {
  readonly channels: Channels;
  readonly sessions: { get(id: number): Receiver | undefined };
  readonly topics: Topics;
  readonly counters: Counters;
  readonly acks: Pick<AckBatcher, "flushAll">;
  readonly clock: Pick<Clock, "afterTurn">;
}

type Recipients = Pick<Message, "instance" | "targets" | "except">;

/** The session with that id, if a message may go to it (PROTOCOL.md K9). */
function sessionOf(sessions: DeliverDeps["sessions"], id: number, instance: string): Receiver | undefined {
  const session = sessions.get(id);
  if (session?.instance !== instance) return undefined;
  // A cloud client would take a message that arrives before its login reply for that reply.
  return session.endpoint.dialect === "cloud" && session.state.kind === "greeted" ? undefined : session;
}

/** The next member in the rotation whose connection is open. */
function nextOpenInRotation(channel: Channel, sessions: DeliverDeps["sessions"]): Member | undefined {
  for (let left = channel.size; left > 0; left--) {
    const member = channel.nextInRotation();
    if (member && !sessions.get(member.id)?.isClosed) return member;
  }
  return undefined;
}

/** The receivers of a message, each of them once even when several targets lead to it (PROTOCOL.md M3). */
function receiversOf(message: Recipients, channels: Channels, sessions: DeliverDeps["sessions"]): Set<Member> {
  const receivers = new Set<Member>();
  for (const target of message.targets) {
    if (target.kind === "session") {
      const session = sessionOf(sessions, target.id, message.instance);
      if (session) receivers.add(session);
      continue;
    }
    const channel = channels.find(message.instance, target.kind, target.name);
    if (!channel) continue;
    if (!channel.owner?.roundRobin) for (const member of channel.members()) receivers.add(member);
    else {
      const member = nextOpenInRotation(channel, sessions);
      if (member) receivers.add(member);
    }
  }
  return receivers;
}

/** Tries the members in rotation until one accepts: a connection that is closing does not. */
function sendToNextInRotation(channel: Channel, send: (member: Member) => number): number {
  for (let left = channel.size; left > 0; left--) {
    const member = channel.nextInRotation();
    if (member && send(member) > 0) return 1;
  }
  return 0;
}

function noteLag(sessions: DeliverDeps["sessions"], member: Member): void {
  const receiver = sessions.get(member.id);
  if (receiver && member.socket.getBufferedAmount() > 0) receiver.lagging = true;
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
    for (const member of channel.members()) if (channel.shardOf(member) === shard) noteLag(sessions, member);
  };
}

/** The only place that sends to others. */
export interface Deliver {
  /** Delivers a stamped message to the sessions of this node; returns how many accepted it. */
  readonly sink: Sink;
  /** The sessions a message would go to. Advances the rotation of a service whose instances take turns. */
  resolve(message: Recipients): readonly Member[];
  /** Sends to every member of a channel, except to the session with that id; for channels that have no address. */
  toChannel(channel: Channel, text: string, except: number | undefined): void;
  /** Must be flushed before anything else is sent to a session, and before the members of a channel change. */
  readonly broadcasts: Pick<ShardedBroadcast, "flushFor" | "flushChannel" | "pendingDeliveries">;
}

export function createDeliver(deps: DeliverDeps): Deliver {
  const { channels, sessions, counters, acks } = deps;
  const broadcasts = new ShardedBroadcast(deps.clock, publishToShard(deps));

  /** Returns how many sessions accepted it: 1 or 0. */
  function sendToMember(member: Member, payload: Payload): number {
    const sent = member.writeFrame(payload);
    if (sent === "waiting") noteLag(sessions, member);
    return sent === "closed" ? 0 : 1;
  }

  function sendToAll(channel: Channel, payload: Payload, except: number | undefined): number {
    // Everybody has gone: when a crowd drops together, its notices cost next to nothing.
    if (channel.connected === 0) return 0;
    const sender = except === undefined ? undefined : sessions.get(except);
    acks.flushAll();
    broadcasts.send(channel, payload, except);
    return channel.connected - (sender && !sender.isClosed && channel.has(sender) ? 1 : 0);
  }

  function sendToChannel(channel: Channel, payload: Payload, except: number | undefined): number {
    const { sole } = channel;
    if (sole) return sole.id === except ? 0 : sendToMember(sole, payload);
    return channel.owner?.roundRobin
      ? sendToNextInRotation(channel, (member) => sendToMember(member, payload))
      : sendToAll(channel, payload, except);
  }

  const resolve = (message: Recipients): readonly Member[] =>
    [...receiversOf(message, channels, sessions)].filter(
      ({ id }) => id !== message.except && !sessions.get(id)?.isClosed,
    );

  const sendToTargets = (message: Message): number =>
    resolve(message).reduce((count, member) => count + sendToMember(member, message.payload), 0);

  function sendToTarget(message: Message): number {
    const target = message.targets[0];
    if (!target) return 0;
    if (target.kind === "session") {
      const session = sessionOf(sessions, target.id, message.instance);
      return session ? sendToMember(session, message.payload) : 0;
    }
    const channel = channels.find(message.instance, target.kind, target.name);
    return channel ? sendToChannel(channel, message.payload, message.except) : 0;
  }

  return {
    sink(message) {
      const count = message.targets.length === 1 ? sendToTarget(message) : sendToTargets(message);
      counters.delivered(count, message.payload);
      return count;
    },
    resolve,
    broadcasts,
    toChannel(channel, text, except) {
      if (channel.size > 0) counters.delivered(sendToChannel(channel, text, except), text);
    },
  };
}
