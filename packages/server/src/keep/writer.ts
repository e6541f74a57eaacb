import type { Database } from "bun:sqlite";
import { failureText } from "../log/log-text.ts";
import { connect, isDamage, type KeepFile, setMeta, usedBytes } from "./database.ts";
import { storeMarks, storePosition } from "./log-positions.ts";
import { RetentionSweep } from "./retention.ts";
import type { AppendEntry, Batch, FromWriter, SharedBatch, ToWriter } from "./writer-messages.ts";
import { type WrittenChannel, WrittenChannels } from "./written-channels.ts";
import { WrittenRooms } from "./written-rooms.ts";

const failed = (error: unknown): FromWriter => ({
  kind: "failed",
  reason: failureText(error),
  isDamage: isDamage(error),
});

/** Steps of deleting per channel and commit: more than a commit adds, and too few to delay the next one for long. */
const MAX_URGENT_STEPS = 8;
/** Channels whose retention is checked at a time. */
const CHANNELS_PER_SWEEP = 500;
/** Messages that are counted at a time, of channels that have not been written since the start. */
const COUNTED_PER_SWEEP = 50_000;

/**
 * Writes kept messages in a thread of its own: a commit now and then waits for the disk for 10 ms and more, which every
 * client would notice if the main thread waited. Numbers the messages, so that a failed commit uses up no position.
 */
export class Writer {
  private readonly database: Database;
  private readonly channels: WrittenChannels;
  private readonly sweep: RetentionSweep;
  private readonly rooms: WrittenRooms;
  private readonly insert;
  private readonly findId;
  private readonly forgetId;
  private readonly confirm;
  private readonly hasCursor;
  private rotation: Iterator<WrittenChannel, undefined> | undefined;

  constructor(
    file: KeepFile,
    private readonly tell: (message: FromWriter) => void,
  ) {
    const database = connect(file);
    this.database = database;
    this.channels = new WrittenChannels(database);
    this.sweep = new RetentionSweep(database);
    this.rooms = new WrittenRooms(database);
    this.insert = database.query<unknown, [number, number, number, string | null, string | Uint8Array]>(
      "insert into messages (channel, seq, at, id, frame) values (?, ?, ?, ?, ?)",
    );
    this.findId = database.query<{ seq: number }, [number, string]>(
      "select seq from messages where channel = ? and id = ?",
    );
    this.forgetId = database.query<unknown, [number, number]>(
      "update messages set id = null where channel = ? and seq = ?",
    );
    this.confirm = database.query<unknown, [number, string, number]>(
      "insert or replace into cursors (channel, device, seq) values (?, ?, ?)",
    );
    this.hasCursor = database.query<unknown, [number]>("select 1 from cursors where channel = ? limit 1");
  }

  handle(message: ToWriter): void {
    if (message.kind === "batch") this.commit(message);
    else if (message.kind === "announce") for (const entry of message.channels) this.channels.name(entry);
    else if (message.kind === "retain") this.retain(message.now);
    else if (message.kind === "forget") this.forget(message.channels);
    else {
      this.database.close();
      this.tell({ kind: "closed" });
    }
  }

  private commit({ channels, appends, confirms, rooms, term, shared }: Batch): void {
    for (const entry of channels) this.channels.name(entry);
    this.inTransaction(failed, () => {
      const positions: number[] = [];
      const written = new Set<WrittenChannel>();
      for (const entry of appends) {
        const channel = this.channels.get(entry[0], entry[4]);
        positions.push(this.append(channel, entry));
        written.add(channel);
      }
      for (const channel of written) {
        this.channels.save(channel);
        for (let steps = MAX_URGENT_STEPS; steps > 0 && this.sweep.isUrgent(channel); steps--)
          this.sweep.step(channel, 0);
      }
      for (const [number, device, seq] of confirms) this.confirm.run(this.channels.get(number).id, device, seq);
      for (const room of rooms) this.rooms.write(room);
      if (term !== undefined) setMeta(this.database, "roomTerm", `${term}`);
      if (shared) this.writeShared(shared);
      return { kind: "committed", positions, bytes: usedBytes(this.database) };
    });
  }

  private writeShared({ positions, forgets, rooms }: SharedBatch): void {
    for (const [number, head] of forgets) {
      const channel = this.channels.get(number);
      // All nodes have the same messages and cursors here, whatever they have deleted already.
      if (channel.head === head && !this.hasCursor.get(channel.id)) this.sweep.forgetAll(channel);
      this.channels.forget(number);
    }
    for (const [shard, log, position] of positions) storePosition(this.database, shard, { log, position });
    for (const [shard, log, position, version, term] of rooms) {
      storePosition(this.database, shard, { log, position }, "rooms");
      storeMarks(this.database, shard, { version, term });
    }
  }

  /** Returns the position; negative for the position of the message that it repeats. */
  private append(channel: WrittenChannel, [, at, frame, id, epoch]: AppendEntry): number {
    const earlier = id === undefined ? undefined : this.findId.get(channel.id, id);
    if (earlier) {
      // Nodes delete at different times, but must agree on what is a repetition.
      if (epoch === undefined || this.sweep.isHeld(channel, earlier.seq, at)) return -earlier.seq;
      this.forgetId.run(channel.id, earlier.seq);
    }
    this.insert.run(channel.id, channel.head + 1, at, id ?? null, frame);
    channel.head++;
    channel.bytes += typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
    return channel.head;
  }

  /** Looks at the next channels in turn, so that a sweep of many never delays new messages by more than a few milliseconds. */
  private retain(now: number): void {
    // A full disk: the batches that follow report it.
    this.inTransaction(
      () => ({ kind: "retained", empty: [], bytes: usedBytes(this.database) }),
      () => {
        const empty: number[] = [];
        this.rotation ??= this.channels.all();
        let counted = 0;
        for (let looked = 0; looked < CHANNELS_PER_SWEEP && counted < COUNTED_PER_SWEEP; looked++) {
          const { value: channel, done } = this.rotation.next();
          if (done) {
            this.rotation = undefined;
            break;
          }
          if (channel.isNew) counted += channel.head - channel.first + 1;
          channel.isNew = false;
          this.sweep.step(channel, now);
          if (channel.head > 0 && channel.first > channel.head) empty.push(channel.number);
        }
        return { kind: "retained", empty, bytes: usedBytes(this.database) };
      },
    );
  }

  private forget(numbers: readonly number[]): void {
    this.inTransaction(
      () => undefined,
      () => {
        for (const number of numbers) {
          const channel = this.channels.get(number);
          // A device that still has a position in it would otherwise get messages again.
          if (channel.first > channel.head && !this.hasCursor.get(channel.id)) this.sweep.forget(channel);
          this.channels.forget(number);
        }
        return { kind: "forgotten" };
      },
    );
  }

  /** Runs `act` in a transaction and passes on its answer, or that of `otherwise` when nothing could be committed. */
  private inTransaction(
    otherwise: (error: unknown) => FromWriter | undefined,
    act: () => FromWriter | undefined,
  ): void {
    let answer: FromWriter | undefined;
    try {
      this.database.run("begin immediate");
      answer = act();
      this.database.run("commit");
    } catch (error) {
      this.channels.rolledBack();
      this.rotation = undefined;
      // SQLite has already rolled back after some errors, such as a full disk.
      if (this.database.inTransaction) this.database.run("rollback");
      answer = otherwise(error);
    }
    if (answer) this.tell(answer);
  }
}
