import type { Address, Attributes } from "@achex/protocol";
import type { Engine } from "../engine.ts";
import type { Payload, Socket } from "../socket.ts";
import { ShardedMembers, type TopicShard } from "./sharded-members.ts";

export type ChannelKind = Exclude<Address["kind"], "session">;

/** What a channel knows of a session in it. */
export interface Member {
  readonly id: number;
  readonly socket: Socket;
  /** Its connection is over, although it may still be a member. */
  readonly isClosed: boolean;
  /** Hands it a frame; 0 when its connection is closing, -1 when the frame waits, as Socket.send has it. */
  writeFrame(frame: Payload): unknown;
}

/** A session in a hub or broadcast. */
export interface Membership {
  readonly channel: Channel;
  /** Milliseconds since 1970. */
  readonly joined: number;
  attributes: Attributes;
}

/** Whose a name is while it is borne: a service's, or nobody's in particular. */
export interface NameOwner {
  readonly service: string;
  /** Messages go to one member in turn instead of to all. */
  readonly roundRobin: boolean;
}

const NO_SHARDS: readonly TopicShard[] = [];

/**
 * Members of one name, broadcast or hub on this node. A channel of one has no topic: most names are borne by a single
 * session, and a native subscription for each would cost more memory than all the rest of it. A large one has several, so
 * that a message to it does not hold up everybody else until the last member has it.
 */
export class Channel {
  owner: NameOwner | undefined;
  /** Members whose connection is over; see markClosed. */
  private closedMembers = 0;
  private onlyMember: Member | undefined;
  private sharded: ShardedMembers<Member> | undefined;

  constructor(
    readonly instance: string,
    readonly kind: ChannelKind,
    readonly name: string,
    /** Never made of the client's name, which may hold anything. */
    private readonly topic: string,
    /** Members of a shard at the most; the channel is one shard however large it is when nothing is said. */
    private readonly shardMembers = Number.POSITIVE_INFINITY,
  ) {}

  get size(): number {
    return this.sharded ? this.sharded.size : this.onlyMember ? 1 : 0;
  }

  /** Members whose connection is up. */
  get connected(): number {
    return this.size - this.closedMembers;
  }

  /** The connection of a member is over; it stays a member until what it sent before has been handled. */
  markClosed(member: Member): void {
    if (this.has(member)) this.closedMembers++;
  }

  /** The only member, while it is the only one. */
  get sole(): Member | undefined {
    return this.onlyMember;
  }

  /** None while it has one member or nobody. */
  get shards(): readonly TopicShard[] {
    return this.sharded?.shards ?? NO_SHARDS;
  }

  /** Where a member of a channel of several gets its messages from. */
  shardOf(member: Member): TopicShard | undefined {
    return this.sharded?.shardOf(member);
  }

  has(member: Member): boolean {
    return this.sharded ? this.sharded.shardOf(member) !== undefined : this.onlyMember === member;
  }

  add(member: Member): void {
    if (this.has(member)) return;
    if (member.isClosed) this.closedMembers++;
    if (!this.sharded && !this.onlyMember) {
      this.onlyMember = member;
      return;
    }
    this.sharded ??= new ShardedMembers(this.topic, this.shardMembers);
    if (this.onlyMember) this.sharded.add(this.onlyMember);
    this.onlyMember = undefined;
    this.sharded.add(member);
  }

  delete(member: Member): void {
    if (member.isClosed && this.has(member)) this.closedMembers--;
    if (this.onlyMember === member) this.onlyMember = undefined;
    else this.sharded?.delete(member);
  }

  *members(): Generator<Member> {
    if (this.onlyMember) yield this.onlyMember;
    else if (this.sharded) yield* this.sharded.members();
  }

  /** The member whose turn it is; it goes to the end of the line. */
  nextInRotation(): Member | undefined {
    return this.sharded ? this.sharded.nextInRotation() : this.onlyMember;
  }
}

export interface ChannelsListener extends Pick<Engine, "follow" | "unfollow"> {
  /** Called before the members of a channel change: what is on its way to it belongs to those who are in now. */
  flushChannel(channel: Channel): void;
}

type Names = Map<string, Channel>;
type Instance = Readonly<Record<ChannelKind, Names>>;

/** All channels of this node, by instance, kind and name. Tells the engine which of them it needs messages for. */
export class Channels {
  private readonly instances = new Map<string, Instance>();
  private topicCount = 0;

  constructor(
    private readonly listener: ChannelsListener,
    private readonly shardMembers: number,
  ) {}

  find(instance: string, kind: ChannelKind, name: string): Channel | undefined {
    return this.instances.get(instance)?.[kind].get(name);
  }

  /** Every name borne in an instance. */
  names(instance: string): Iterable<Channel> {
    return this.instances.get(instance)?.name.values() ?? [];
  }

  enter(member: Member, instance: string, kind: ChannelKind, name: string): Channel {
    let channel = this.find(instance, kind, name);
    if (!channel) {
      channel = new Channel(instance, kind, name, `c${++this.topicCount}`, this.shardMembers);
      this.instance(instance)[kind].set(name, channel);
      this.listener.follow(channel);
    }
    this.listener.flushChannel(channel);
    channel.add(member);
    return channel;
  }

  leave(member: Member, channel: Channel): void {
    this.listener.flushChannel(channel);
    channel.delete(member);
    if (channel.size > 0) return;
    const { instance, kind, name } = channel;
    const kinds = this.instances.get(instance);
    // A channel that was left before may have a successor of its name, which stays.
    if (kinds?.[kind].get(name) !== channel) return;
    kinds[kind].delete(name);
    this.listener.unfollow(channel);
    if (kinds.name.size + kinds.broadcast.size + kinds.hub.size === 0) this.instances.delete(instance);
  }

  private instance(name: string): Instance {
    let instance = this.instances.get(name);
    if (!instance) {
      instance = { name: new Map(), broadcast: new Map(), hub: new Map() };
      this.instances.set(name, instance);
    }
    return instance;
  }
}
