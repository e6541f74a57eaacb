import type { Database } from "bun:sqlite";
import type { Retention } from "../keep.ts";
import type { ChannelEntry } from "./writer-messages.ts";

/** A kept channel as the thread that writes knows it. */
export interface WrittenChannel {
  readonly number: number;
  readonly id: number;
  readonly retention: Retention;
  /** Position of the newest message. */
  head: number;
  /** Position of the oldest message still held. */
  first: number;
  /** Bytes of all messages held. */
  bytes: number;
  /** It has been opened, and no sweep has looked at it. */
  isNew: boolean;
}

/** The channels that have been named to the thread that writes. What it knows of them beyond their names can be read again. */
export class WrittenChannels {
  private readonly entries = new Map<number, ChannelEntry>();
  private readonly opened = new Map<number, WrittenChannel>();
  private readonly find;
  private readonly insert;
  private readonly measure;
  private readonly saveHead;

  constructor(database: Database) {
    this.find = database.query<{ id: number; head: number }, [string, string, string]>(
      "select id, head from channels where instance = ? and kind = ? and name = ?",
    );
    this.insert = database.query<{ id: number; head: number }, [string, string, string, string | null]>(
      "insert into channels (instance, kind, name, head, epoch) values (?, ?, ?, 0, ?) returning id, head",
    );
    this.measure = database.query<{ first: number | null; bytes: number | null }, [number]>(
      "select min(seq) as first, sum(octet_length(frame)) as bytes from messages where channel = ?",
    );
    this.saveHead = database.query<unknown, [number, number]>("update channels set head = ? where id = ?");
  }

  name(entry: ChannelEntry): void {
    this.entries.set(entry[0], entry);
  }

  /** Those that are stored. Must be used within a transaction: each channel is opened when it is its turn. */
  *all(): Generator<WrittenChannel, undefined> {
    for (const [number, [, instance, kind, name]] of this.entries)
      if (this.opened.has(number) || this.find.get(instance, kind, name)) yield this.get(number);
  }

  /** Must be called within a transaction, because a new channel is stored, with its epoch if the nodes of a cluster give one. */
  get(number: number, epoch: string | null = null): WrittenChannel {
    return this.opened.getOrInsertComputed(number, () => this.open(number, epoch));
  }

  save({ head, id }: WrittenChannel): void {
    this.saveHead.run(head, id);
  }

  /** Must be called when a transaction was rolled back: what is known of the channels includes what was not stored. */
  rolledBack(): void {
    this.opened.clear();
  }

  forget(number: number): void {
    this.opened.delete(number);
    this.entries.delete(number);
  }

  private open(number: number, epoch: string | null): WrittenChannel {
    const entry = this.entries.get(number);
    if (!entry) throw new Error(`channel ${number} was not named`);
    const [, instance, kind, name, messages, age, bytes] = entry;
    const row = this.find.get(instance, kind, name) ?? this.insert.get(instance, kind, name, epoch);
    if (!row) throw new Error("a channel could not be stored");
    const held = this.measure.get(row.id);
    const retention = { messages, age, bytes };
    return { number, ...row, retention, first: held?.first ?? row.head + 1, bytes: held?.bytes ?? 0, isNew: true };
  }
}
