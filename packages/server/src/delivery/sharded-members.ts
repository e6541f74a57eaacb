import type { FrameLog } from "../resume/frame-log.ts";

/** Members of a channel that share one native topic. */
export interface TopicShard<Member = unknown> {
  readonly topic: string;
  readonly members: Set<Member>;
  /** Logs of the members that can be resumed; empty where messages are not counted. */
  readonly logs: FrameLog[];
}

interface Subscriber {
  readonly log: FrameLog | undefined;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
}

/** Members of one shard: as many as can be served in less than a millisecond. */
export const SHARD_MEMBERS = 128;

/** The members of a channel of two or more, each in one shard of it. */
export class ShardedMembers<Member extends Subscriber> {
  readonly shards: TopicShard<Member>[] = [];
  private readonly shardByMember = new Map<Member, TopicShard<Member>>();
  private topicCount = 0;

  constructor(
    private readonly topicPrefix: string,
    private readonly maxShardMembers: number,
    private readonly isCounted: boolean,
  ) {}

  get size(): number {
    return this.shardByMember.size;
  }

  shardOf(member: Member): TopicShard<Member> | undefined {
    return this.shardByMember.get(member);
  }

  members(): Iterable<Member> {
    return this.shardByMember.keys();
  }

  /** The shard the next member will be in; undefined when it will be in a new one. */
  shardWithRoom(): TopicShard<Member> | undefined {
    return this.shards.find(({ members }) => members.size < this.maxShardMembers);
  }

  add(member: Member): void {
    let shard = this.shardWithRoom();
    if (!shard) {
      shard = { topic: `${this.topicPrefix}.${++this.topicCount}`, members: new Set(), logs: [] };
      this.shards.push(shard);
    }
    shard.members.add(member);
    this.shardByMember.set(member, shard);
    if (member.log && this.isCounted) shard.logs.push(member.log);
    member.subscribe(shard.topic);
  }

  delete(member: Member): void {
    const shard = this.shardByMember.get(member);
    if (!shard) return;
    this.shardByMember.delete(member);
    member.unsubscribe(shard.topic);
    shard.members.delete(member);
    const log = member.log ? shard.logs.indexOf(member.log) : -1;
    if (log >= 0) shard.logs.splice(log, 1);
    if (shard.members.size === 0) this.shards.splice(this.shards.indexOf(shard), 1);
  }

  /** The member whose turn it is; moves it to the end of the rotation. */
  nextInRotation(): Member | undefined {
    for (const [member, shard] of this.shardByMember) {
      this.shardByMember.delete(member);
      this.shardByMember.set(member, shard);
      return member;
    }
    return undefined;
  }
}
