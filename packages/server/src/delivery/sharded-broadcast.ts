import { type Clock, oncePerTurn } from "../clock.ts";
import type { Payload } from "../socket.ts";
import type { Channel, Member } from "./channels.ts";
import type { TopicShard } from "./sharded-members.ts";

/** Sends a message to the members of one shard, except to the session with that id. */
export type PublishToShard = (
  channel: Channel,
  shard: TopicShard<Member>,
  payload: Payload,
  except: number | undefined,
) => void;

/** Messages that some shards of a channel have received and others have not. */
interface PendingBroadcast {
  readonly channel: Channel;
  readonly messages: { readonly payload: Payload; readonly except: number | undefined }[];
  /**
   * How many of the messages each shard has received. Kept per broadcast: a member that is disconnected by the message it is
   * sent leaves the channel within that very call, which finishes this broadcast and may begin another.
   */
  readonly delivered: Map<TopicShard<Member>, number>;
  /** Index of the shard to serve in the next turn. */
  nextShard: number;
}

const deliveredTo = ({ delivered }: PendingBroadcast, shard: TopicShard<Member>): number => delivered.get(shard) ?? 0;

/**
 * Sends messages to channels that have several shards. Each turn of the event loop serves one shard, with all messages that are
 * pending for it. Between two shards other clients are served, so a message to thousands delays nobody by more than the time
 * for one shard, and reaches every shard within one cycle. Everything else sent to a member comes after its pending messages,
 * so that all clients receive frames in the order in which the server handled them (PROTOCOL.md M5). Only one channel at a time
 * has a pending broadcast: a message to another large channel completes it immediately.
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

  /** Deliveries that have not been made yet. */
  get pendingDeliveries(): number {
    return this.undelivered;
  }

  /** Sends to all members of a channel that has shards. */
  send(channel: Channel, payload: Payload, except: number | undefined): void {
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

  /** Completes the pending broadcast at once; for the shutdown. */
  flush(): void {
    while (this.pending) this.finish(this.pending);
  }

  /** Must be called before anything else is sent to a session. */
  flushFor(member: Member): void {
    const { pending } = this;
    const shard = pending?.channel.shardOf(member);
    if (pending && shard) this.publishPending(pending, shard);
  }

  /** Must be called before a member is added: the shard it will be in has received everything then. */
  flushBeforeJoin(channel: Channel): void {
    // Looked up again each time: a flush can disconnect a slow member, and its free place is where the new member goes.
    for (let shard = this.shardBehind(channel); shard; shard = this.shardBehind(channel)) {
      if (this.pending) this.publishPending(this.pending, shard);
    }
  }

  /** Must be called when a member has been added: it receives nothing that was sent before. */
  joined(channel: Channel, member: Member): void {
    const { pending } = this;
    const shard = pending?.channel === channel ? channel.shardOf(member) : undefined;
    if (pending && shard?.members.size === 1) pending.delivered.set(shard, pending.messages.length);
  }

  /** The shard the next member will be in, if it has not received everything. */
  private shardBehind(channel: Channel): TopicShard<Member> | undefined {
    const { pending } = this;
    if (pending?.channel !== channel) return undefined;
    const shard = channel.shardWithRoom;
    return shard && deliveredTo(pending, shard) < pending.messages.length ? shard : undefined;
  }

  private begin(broadcast: PendingBroadcast): void {
    if (this.pending) this.finish(this.pending);
    this.pending = broadcast;
    this.requestTurn();
  }

  private onTurn(): void {
    const { pending } = this;
    if (!pending) return;
    // There may be fewer shards than when its turn was planned: those that lost their last member leave the list.
    const shard = pending.channel.shards[pending.nextShard];
    if (shard) this.publishPending(pending, shard);
    if (this.pending !== pending) return;
    if (this.advance(pending)) this.requestTurn();
    else this.finish(pending);
  }

  /** Moves on to the next shard that still misses a message; false when none does. flushFor() serves some out of turn. */
  private advance(broadcast: PendingBroadcast): boolean {
    const { shards } = broadcast.channel;
    for (let looked = 0; looked < shards.length; looked++) {
      broadcast.nextShard = (broadcast.nextShard + 1) % shards.length;
      // Under constant load a broadcast never finishes; without this, messages that every shard has received would accumulate.
      if (broadcast.nextShard === 0) this.dropDelivered(broadcast);
      const shard = shards[broadcast.nextShard];
      if (shard && deliveredTo(broadcast, shard) < broadcast.messages.length) return true;
    }
    return false;
  }

  private publishPending(broadcast: PendingBroadcast, shard: TopicShard<Member>): void {
    const { channel, messages, delivered } = broadcast;
    for (let index = deliveredTo(broadcast, shard); index < messages.length; index = deliveredTo(broadcast, shard)) {
      const message = messages[index];
      // Counted before it is sent: a publish that disconnects a member comes back here for the same shard.
      delivered.set(shard, index + 1);
      this.undelivered = Math.max(0, this.undelivered - shard.members.size);
      if (message) this.publish(channel, shard, message.payload, message.except);
    }
  }

  private finish(broadcast: PendingBroadcast): void {
    this.pending = undefined;
    // A copy, because a shard whose last member is disconnected leaves the list.
    for (const shard of [...broadcast.channel.shards]) this.publishPending(broadcast, shard);
    // Shards may have grown or shrunk since the messages were counted.
    if (!this.pending) this.undelivered = 0;
  }

  /** Drops the messages that every shard has received. */
  private dropDelivered(broadcast: PendingBroadcast): void {
    const { shards } = broadcast.channel;
    const count = Math.min(...shards.map((shard) => deliveredTo(broadcast, shard)));
    broadcast.messages.splice(0, count);
    for (const shard of shards) broadcast.delivered.set(shard, deliveredTo(broadcast, shard) - count);
  }
}
