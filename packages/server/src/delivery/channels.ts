import type { Address, Attributes } from "@achex/protocol";
import type { Engine } from "../engine.ts";
import type { FrameLog, SharedFrame } from "../resume/frame-log.ts";
import type { Payload, SendResult } from "../socket.ts";
import { ShardedMembers, type TopicShard } from "./sharded-members.ts";

export type ChannelKind = Exclude<Address["kind"], "session">;

/** What a channel knows about a session in it. */
export interface Member {
  readonly id: number;
  /** Its connection has ended, although it may still be a member. */
  readonly isClosed: boolean;
  /** Its connection has dropped; what it is sent is held until it resumes (PROTOCOL.md R75). */
  readonly isAway: boolean;
  /** Holds what it is sent; undefined for a session that cannot be resumed. */
  readonly log: FrameLog | undefined;
  writeFrame(frame: Payload, shared?: SharedFrame): SendResult;
  /** The same for a frame of a channel that is not counted. */
  writeUncounted(frame: Payload): SendResult;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
}

/** A session's membership of one hub or broadcast. */
export interface Membership {
  readonly channel: Channel;
  /** Milliseconds since 1970. */
  readonly joined: number;
  attributes: Attributes;
  /** Its followers have been told that the member is away (PROTOCOL.md R76). */
  isAway: boolean;
  /** Number of its seat in the room (PROTOCOL.md R122). */
  seat?: number | undefined;
}

/** The service that holds a name while instances of it are logged in. */
export interface NameOwner {
  readonly service: string;
  /** Each message goes to one member in rotation instead of to all. */
  readonly roundRobin: boolean;
}

const NO_SHARDS: readonly TopicShard<Member>[] = [];

/**
 * The members of one name, broadcast or hub on this node. A channel with one member has no topic: most names belong to a single
 * session, and a native subscription for each would use more memory than the rest of the session. A large channel has several
 * topics, so that a message to it can be sent in several steps without delaying everybody else.
 */
export class Channel {
  owner: NameOwner | undefined;
  /** Called for each member whose client reads slowly, when a message has been sent to the channel. */
  onLag: ((member: Member) => void) | undefined;
  /** Members whose connection has ended; see markClosed. */
  private closedMembers: Set<Member> | undefined;
  /** Members of a channel of several that are away; undefined while there are none. */
  private awayMembers: Set<Member> | undefined;
  private soleMember: Member | undefined;
  private sharded: ShardedMembers<Member> | undefined;

  constructor(
    readonly instance: string,
    readonly kind: ChannelKind,
    readonly name: string,
    /** Not derived from the channel's name, because clients choose that. */
    private readonly topicPrefix: string,
    /** Most members of one shard; without it all members are in one. */
    private readonly shardMembers = Number.POSITIVE_INFINITY,
    /**
     * Its messages are counted, so that a client that resumes receives those it missed. Presence and watches are not: such a
     * client is told the present state instead (PROTOCOL.md R71).
     */
    readonly isCounted = true,
  ) {}

  get size(): number {
    return this.sharded ? this.sharded.size : this.soleMember ? 1 : 0;
  }

  /** Members whose connection is open. */
  get connected(): number {
    return this.size - (this.closedMembers?.size ?? 0);
  }

  /**
   * Called when the connection of a member has ended. It remains a member until the frames it sent before have been handled.
   */
  markClosed(member: Member): void {
    if (!this.has(member)) return;
    this.closedMembers ??= new Set();
    this.closedMembers.add(member);
    this.markBack(member);
  }

  /** Members that are away. */
  get away(): number {
    // A set for each name would double the memory of a session that is away: most names have one session.
    if (this.soleMember) return this.soleMember.isAway ? 1 : 0;
    return this.awayMembers?.size ?? 0;
  }

  /** Called when the connection of a member has dropped and may be resumed. */
  markAway(member: Member): void {
    if (!this.sharded || !this.has(member)) return;
    this.awayMembers ??= new Set();
    this.awayMembers.add(member);
  }

  /** Called when the member is no longer away. */
  markBack(member: Member): void {
    this.awayMembers?.delete(member);
    if (this.awayMembers?.size === 0) this.awayMembers = undefined;
  }

  /** The member of a channel that has never had a second one. */
  get sole(): Member | undefined {
    return this.soleMember;
  }

  /** Empty until the channel has a second member. */
  get shards(): readonly TopicShard<Member>[] {
    return this.sharded?.shards ?? NO_SHARDS;
  }

  /** The shard whose topic a member is subscribed to. */
  shardOf(member: Member): TopicShard<Member> | undefined {
    return this.sharded?.shardOf(member);
  }

  /** The shard the next member will be in; undefined when it will be in a new one. */
  get shardWithRoom(): TopicShard<Member> | undefined {
    return this.sharded?.shardWithRoom();
  }

  has(member: Member): boolean {
    return this.sharded ? this.sharded.shardOf(member) !== undefined : this.soleMember === member;
  }

  add(member: Member): void {
    if (this.has(member)) return;
    if (this.sharded || this.soleMember) {
      this.sharded ??= new ShardedMembers(this.topicPrefix, this.shardMembers, this.isCounted);
      this.addToShard(this.soleMember);
      this.soleMember = undefined;
      this.addToShard(member);
    } else this.soleMember = member;
    if (member.isClosed) this.markClosed(member);
  }

  private addToShard(member: Member | undefined): void {
    if (!member) return;
    this.sharded?.add(member);
    if (member.isAway) this.markAway(member);
  }

  delete(member: Member): void {
    this.closedMembers?.delete(member);
    this.markBack(member);
    if (this.soleMember === member) this.soleMember = undefined;
    else this.sharded?.delete(member);
  }

  *members(): Generator<Member> {
    if (this.soleMember) yield this.soleMember;
    else if (this.sharded) yield* this.sharded.members();
  }

  /** The member whose turn it is; moves it to the end of the rotation. */
  nextInRotation(): Member | undefined {
    return this.sharded ? this.sharded.nextInRotation() : this.soleMember;
  }
}

export interface ChannelsListener extends Pick<Engine, "follow" | "unfollow"> {
  /** Called before a member is added: pending messages are only for those who are members now. */
  beforeJoin(channel: Channel): void;
  /** Called when a member has been added, to a new shard or one that was flushed. */
  joined(channel: Channel, member: Member): void;
  /** Called before a member is removed: pending messages are for it as well. */
  beforeLeave(channel: Channel, member: Member): void;
}

type ChannelsByName = Map<string, Channel>;

interface Instance extends Readonly<Record<ChannelKind, ChannelsByName>> {
  /** See Channels.generation. */
  generation: number;
}

/** All channels of this node by instance, kind and name. Tells the engine which of them have members here. */
export class Channels {
  private readonly instances = new Map<string, Instance>();
  private topicCount = 0;
  private changes = 0;

  constructor(
    private readonly listener: ChannelsListener,
    private readonly shardMembers: number,
  ) {}

  find(instance: string, kind: ChannelKind, name: string): Channel | undefined {
    return this.instances.get(instance)?.[kind].get(name);
  }

  /** The channels of all names in use in an instance. */
  names(instance: string): Iterable<Channel> {
    return this.instances.get(instance)?.name.values() ?? [];
  }

  /** A number that changes whenever somebody enters or leaves a name or a hub of the instance, goes away or comes back. */
  generation(instance: string): number {
    return this.instances.get(instance)?.generation ?? 0;
  }

  enter(member: Member, instance: string, kind: ChannelKind, name: string): Channel {
    const here = this.instance(instance);
    let channel = here[kind].get(name);
    if (kind !== "broadcast") here.generation = ++this.changes;
    if (!channel) {
      channel = new Channel(instance, kind, name, `c${++this.topicCount}`, this.shardMembers);
      here[kind].set(name, channel);
      this.listener.follow(channel);
    }
    if (channel.has(member)) return channel;
    this.listener.beforeJoin(channel);
    channel.add(member);
    this.listener.joined(channel, member);
    return channel;
  }

  /** What is listed of the instance has changed although nobody entered or left: a session is away or back. */
  changed(instance: string): void {
    const kinds = this.instances.get(instance);
    if (kinds) kinds.generation = ++this.changes;
  }

  leave(member: Member, channel: Channel): void {
    this.listener.beforeLeave(channel, member);
    channel.delete(member);
    const { instance, kind, name } = channel;
    const kinds = this.instances.get(instance);
    if (kinds && kind !== "broadcast") kinds.generation = ++this.changes;
    if (channel.size > 0) return;
    // A session may leave a channel twice; by then a new channel can have the same name, which must stay.
    if (kinds?.[kind].get(name) !== channel) return;
    kinds[kind].delete(name);
    this.listener.unfollow(channel);
    if (kinds.name.size + kinds.broadcast.size + kinds.hub.size === 0) this.instances.delete(instance);
  }

  private instance(name: string): Instance {
    return this.instances.getOrInsertComputed(name, () => ({
      name: new Map(),
      broadcast: new Map(),
      hub: new Map(),
      generation: 0,
    }));
  }
}
