import type { Database } from "bun:sqlite";
import type { WrittenChannel } from "./written-channels.ts";

/** Messages deleted in one step, so that new messages never wait long for it. */
const MESSAGES_PER_STEP = 1_000;

/** Deletes what channels no longer keep, oldest first. Must run within a transaction. */
export class RetentionSweep {
  private readonly oldest;
  private readonly remove;
  private readonly removeChannel;
  private readonly message;
  private readonly bytesFrom;

  constructor(database: Database) {
    this.oldest = database.query<{ seq: number; at: number; size: number }, [number, number]>(
      "select seq, at, octet_length(frame) as size from messages where channel = ? order by seq limit ?",
    );
    this.remove = database.query<unknown, [number, number]>("delete from messages where channel = ? and seq <= ?");
    this.message = database.query<{ at: number }, [number, number]>(
      "select at from messages where channel = ? and seq = ?",
    );
    this.bytesFrom = database.query<{ bytes: number }, [number, number]>(
      "select sum(octet_length(frame)) as bytes from messages where channel = ? and seq >= ?",
    );
    this.removeChannel = database.query<unknown, [number]>("delete from channels where id = ?");
  }

  /**
   * Whether a channel holds so much more than it should that it cannot wait for the next sweep. Without it, a channel that is
   * written faster than the sweep deletes would grow without a limit.
   */
  isUrgent({ head, first, bytes, retention }: WrittenChannel): boolean {
    const held = head - first + 1;
    return (
      (retention.messages > 0 && held > retention.messages + MESSAGES_PER_STEP) ||
      (retention.bytes > 0 && bytes > retention.bytes * 1.1)
    );
  }

  /** Deletes up to MESSAGES_PER_STEP messages; true when that many were deleted. */
  step(channel: WrittenChannel, now: number): boolean {
    const { head, first, bytes, retention } = channel;
    const isSurplus = (seq: number) => retention.messages > 0 && head - seq >= retention.messages;
    const exceeds = (freed: number) => retention.bytes > 0 && bytes - freed > retention.bytes;
    const isOld = (at: number) => retention.age > 0 && at < now - retention.age;
    // Most channels have nothing to delete, so one message is looked at first.
    const likely = isSurplus(first) || exceeds(0);
    if (!likely && !this.oldest.all(channel.id, 1).some(({ at }) => isOld(at))) return false;
    let last = 0;
    let freed = 0;
    let deleted = 0;
    for (const { seq, at, size } of this.oldest.all(channel.id, MESSAGES_PER_STEP)) {
      if (!isOld(at) && !isSurplus(seq) && !exceeds(freed)) break;
      last = seq;
      freed += size;
      deleted++;
    }
    if (deleted === 0) return false;
    this.remove.run(channel.id, last);
    channel.first = last + 1;
    channel.bytes -= freed;
    return deleted === MESSAGES_PER_STEP;
  }

  forget({ id }: WrittenChannel): void {
    this.removeChannel.run(id);
  }

  /** Forgets a channel with all that it may still hold. */
  forgetAll(channel: WrittenChannel): void {
    this.remove.run(channel.id, Number.MAX_SAFE_INTEGER);
    this.forget(channel);
  }

  /** Whether a message that is stored would still be if everything were deleted at once that the channel does not keep at `now`. */
  isHeld({ id, head, retention }: WrittenChannel, seq: number, now: number): boolean {
    const found = this.message.get(id, seq);
    if (!found || (retention.age > 0 && found.at < now - retention.age)) return false;
    if (retention.messages > 0 && head - seq >= retention.messages) return false;
    return retention.bytes === 0 || (this.bytesFrom.get(id, seq)?.bytes ?? 0) <= retention.bytes;
  }
}
