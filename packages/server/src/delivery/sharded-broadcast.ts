import { type Clock, oncePerTurn } from "../clock.ts";
import type { Payload } from "../socket.ts";
import type { Channel, Member } from "./channels.ts";
import type { TopicShard } from "./sharded-members.ts";

/** Hands a message to one shard of a channel, but not to the session of the id `except`. */
export type PublishToShard = (channel: Channel, shard: TopicShard, payload: Payload, except: number) => void;

/** Messages on their way through a channel, from shard to shard. */
interface PendingBroadcast {
  readonly channel: Channel;
  readonly messages: { readonly payload: Payload; readonly except: number }[];
  /**
   * How many of them each shard has had. It is the pending's own: a member that is cut by the message it is handed leaves within
   * that call, which ends this pending and may begin another.
   */
  readonly delivered: Map<TopicShard, number>;
  /** Index of the shard whose turn it is. */
  nextShard: number;
}

const deliveredTo = (pending: PendingBroadcast, shard: TopicShard): number => pending.delivered.get(shard) ?? 0;

/**
 * Messages to channels of several shards. Each turn of the event loop serves one shard with all that has come for it, and
 * hears what others want before the next: a message to thousands holds nobody up for longer than one shard takes, and waits
 * itself for one pending at most. Whatever else a member is sent comes after what is on its way to it, so that everybody
 * receives everything in the order in which the server acted on it (PROTOCOL.md M5). One channel at a time has a pending: a
 * message to another large one brings it to its end at once.
 */
export class ShardedBroadcast {
  private pending: PendingBroadcast | undefined;
  private undelivered = 0;
  private readonly requestTurn: () => void;

  constructor(
    clock: Pick<Clock, "afterTurn">,
    private readonly publish: PublishToShard,
  ) {
    this.requestTurn = oncePerTurn(clock, () => this.onTurn());
  }

  /** Deliveries that are still to be made. */
  get pendingDeliveries(): number {
    return this.undelivered;
  }

  /** To all members of a channel of several. */
  send(channel: Channel, payload: Payload, except: number): void {
    const { pending } = this;
    if (channel.shards.length > 1) {
      this.undelivered += channel.size;
      if (pending?.channel === channel) pending.messages.push({ payload, except });
      else this.begin({ channel, messages: [{ payload, except }], delivered: new Map(), nextShard: 0 });
      return;
    }
    if (pending) for (const member of channel.members()) this.flushFor(member);
    for (const shard of channel.shards) this.publish(channel, shard, payload, except);
  }

  /** To be called before anything else is sent to a session. */
  flushFor(member: Member): void {
    const { pending } = this;
    const shard = pending?.channel.shardOf(member);
    if (pending && shard) this.publishPending(pending, shard);
  }

  /** Brings the channel's pending to its end. */
  flushChannel(channel: Channel): void {
    if (this.pending?.channel === channel) this.finish(this.pending);
  }

  private begin(pending: PendingBroadcast): void {
    if (this.pending) this.finish(this.pending);
    this.pending = pending;
    this.requestTurn();
  }

  private onTurn(): void {
    const { pending } = this;
    const shard = pending?.channel.shards[pending.nextShard];
    if (!pending || !shard) return;
    this.publishPending(pending, shard);
    if (this.pending !== pending) return;
    if (this.advance(pending)) this.requestTurn();
    else this.finish(pending);
  }

  /** On to the next shard that has something to come; false when none has. Some were served out of turn, see before(). */
  private advance(pending: PendingBroadcast): boolean {
    const { shards } = pending.channel;
    for (let looked = 0; looked < shards.length; looked++) {
      pending.nextShard = (pending.nextShard + 1) % shards.length;
      // Under load a pending goes on for ever; what every shard has had is let go each time it comes pending.
      if (pending.nextShard === 0) this.dropDelivered(pending);
      const shard = shards[pending.nextShard];
      if (shard && deliveredTo(pending, shard) < pending.messages.length) return true;
    }
    return false;
  }

  private publishPending(pending: PendingBroadcast, shard: TopicShard): void {
    for (let had = deliveredTo(pending, shard); had < pending.messages.length; had = deliveredTo(pending, shard)) {
      const message = pending.messages[had];
      pending.delivered.set(shard, had + 1);
      this.undelivered = Math.max(0, this.undelivered - shard.size);
      if (message) this.publish(pending.channel, shard, message.payload, message.except);
    }
  }

  private finish(pending: PendingBroadcast): void {
    this.pending = undefined;
    // A copy: shards may empty meanwhile.
    for (const shard of [...pending.channel.shards]) this.publishPending(pending, shard);
    // Members may have come or gone meanwhile; nothing is left all the same.
    if (!this.pending) this.undelivered = 0;
  }

  private dropDelivered(pending: PendingBroadcast): void {
    const { shards } = pending.channel;
    const count = Math.min(...shards.map((shard) => deliveredTo(pending, shard)));
    pending.messages.splice(0, count);
    for (const shard of shards) pending.delivered.set(shard, deliveredTo(pending, shard) - count);
  }
}
