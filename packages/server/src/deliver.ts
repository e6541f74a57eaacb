import type { Channel, Channels, Member } from "./channels.ts";
import type { Counters } from "./counters.ts";
import type { Message, Sink } from "./engine.ts";
import type { Topics } from "./socket.ts";

/** What delivery asks of a session. */
export interface Receiver extends Member {
  readonly instance: string;
  readonly endpoint: { readonly listener: number };
  /** Noted so that a connection which ends under its backlog can be told from one that the peer dropped. */
  lagging: boolean;
}

export interface DeliverParts {
  readonly channels: Channels;
  readonly sessions: { get(id: number): Receiver | undefined };
  readonly topics: Topics;
  readonly counters: Counters;
}

/** Several targets: a session reached by two of them stands here once (PROTOCOL.md M3). */
function receiversOf(message: Message, channels: Channels, sessions: DeliverParts["sessions"]): Set<Member> {
  const reached = new Set<Member>();
  for (const target of message.targets) {
    if (target.kind === "session") {
      const session = sessions.get(target.id);
      if (session?.instance === message.instance) reached.add(session);
      continue;
    }
    const channel = channels.find(message.instance, target.kind, target.name);
    if (!channel) continue;
    if (!channel.owner?.inTurn) for (const member of channel.members()) reached.add(member);
    else {
      const member = channel.next();
      if (member) reached.add(member);
    }
  }
  return reached;
}

/** Makes the sink that takes stamped messages to the sessions of this node: the only place that sends to others. */
export function createDeliver({ channels, sessions, topics, counters }: DeliverParts): Sink {
  function one(member: Member, text: string): number {
    const sent = member.socket.send(text);
    if (sent === -1) noteLag(member);
    return sent === 0 ? 0 : 1;
  }

  /** To the one whose turn it is; a connection that is closing takes nothing, and the next one gets it. */
  function inTurn(channel: Channel, text: string): number {
    for (let left = channel.size; left > 0; left--) {
      const member = channel.next();
      if (member && one(member, text) > 0) return 1;
    }
    return 0;
  }

  function noteLag(member: Member): void {
    const receiver = sessions.get(member.id);
    if (receiver && member.socket.getBufferedAmount() > 0) receiver.lagging = true;
  }

  function toAll(channel: Channel, text: string, except: number): number {
    const { topic } = channel;
    const sender = except === 0 ? undefined : sessions.get(except);
    const excepted = sender && channel.has(sender) ? sender : undefined;
    // Publishing from a socket leaves that socket out, and reaches only its own listener.
    const nearLags = excepted !== undefined && excepted.socket.publish(topic, text) < 0;
    const farLags = topics.publish(topic, text, excepted?.endpoint.listener);
    if (nearLags || farLags) for (const member of channel.members()) noteLag(member);
    return channel.size - (excepted ? 1 : 0);
  }

  function toChannel(channel: Channel, text: string, except: number): number {
    const sole = channel.only;
    if (sole) return sole.id === except ? 0 : one(sole, text);
    return channel.owner?.inTurn ? inTurn(channel, text) : toAll(channel, text, except);
  }

  function toMany(message: Message): number {
    let count = 0;
    for (const member of receiversOf(message, channels, sessions))
      if (member.id !== message.except) count += one(member, message.text);
    return count;
  }

  function toOne(message: Message): number {
    const target = message.targets[0];
    if (!target) return 0;
    if (target.kind === "session") {
      const session = sessions.get(target.id);
      return session?.instance === message.instance ? one(session, message.text) : 0;
    }
    const channel = channels.find(message.instance, target.kind, target.name);
    return channel ? toChannel(channel, message.text, message.except) : 0;
  }

  return (message) => {
    const count = message.targets.length === 1 ? toOne(message) : toMany(message);
    counters.delivered(count, message.text);
    return count;
  };
}
