import type { Address, Attributes } from "@achex/protocol";
import type { Engine } from "./engine.ts";
import type { Payload, Socket } from "./socket.ts";

export type ChannelKind = Exclude<Address["kind"], "session">;

/** What a channel knows of a session in it. */
export interface Member {
  readonly id: number;
  readonly socket: Socket;
  /** Hands it a frame; 0 when its connection is closing, -1 when the frame waits, as Socket.send has it. */
  take(frame: Payload): unknown;
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
  readonly inTurn: boolean;
}

/**
 * Members of one name, broadcast or hub on this node. A channel of one has no topic: most names are borne by a single
 * session, and a native subscription for each would cost more memory than all the rest of it.
 */
export class Channel {
  owner: NameOwner | undefined;
  private sole: Member | undefined;
  private all: Set<Member> | undefined;

  constructor(
    readonly instance: string,
    readonly kind: ChannelKind,
    readonly name: string,
    /** Never made of the client's name, which may hold anything. */
    readonly topic: string,
  ) {}

  get size(): number {
    return this.all ? this.all.size : this.sole ? 1 : 0;
  }

  /** The only member, while it is the only one. */
  get only(): Member | undefined {
    return this.sole;
  }

  has(member: Member): boolean {
    return this.all ? this.all.has(member) : this.sole === member;
  }

  add(member: Member): void {
    if (this.has(member)) return;
    if (this.all) this.all.add(member);
    else if (this.sole) {
      this.sole.socket.subscribe(this.topic);
      this.all = new Set([this.sole, member]);
      this.sole = undefined;
    } else {
      this.sole = member;
      return;
    }
    member.socket.subscribe(this.topic);
  }

  delete(member: Member): void {
    if (this.sole === member) this.sole = undefined;
    else if (this.all?.delete(member)) member.socket.unsubscribe(this.topic);
  }

  *members(): Generator<Member> {
    if (this.sole) yield this.sole;
    else if (this.all) yield* this.all;
  }

  /** The member whose turn it is; it goes to the end of the line. */
  next(): Member | undefined {
    if (!this.all) return this.sole;
    for (const member of this.all) {
      this.all.delete(member);
      this.all.add(member);
      return member;
    }
    return undefined;
  }
}

type Names = Map<string, Channel>;
type Instance = Readonly<Record<ChannelKind, Names>>;

/** All channels of this node, by instance, kind and name. Tells the engine which of them it needs messages for. */
export class Channels {
  private readonly instances = new Map<string, Instance>();
  private topics = 0;

  constructor(private readonly engine: Pick<Engine, "follow" | "unfollow">) {}

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
      channel = new Channel(instance, kind, name, `c${++this.topics}`);
      this.instance(instance)[kind].set(name, channel);
      this.engine.follow(channel);
    }
    channel.add(member);
    return channel;
  }

  leave(member: Member, channel: Channel): void {
    channel.delete(member);
    if (channel.size > 0) return;
    const { instance, kind, name } = channel;
    const kinds = this.instances.get(instance);
    // A channel that was left before may have a successor of its name, which stays.
    if (kinds?.[kind].get(name) !== channel) return;
    kinds[kind].delete(name);
    this.engine.unfollow(channel);
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
