import type { Database } from "bun:sqlite";
import type { Retention } from "../keep.ts";
import type { ChannelEntry } from "./writer-messages.ts";

/** A kept channel as the writer knows it. */
export interface WrittenChannel {
  readonly id: number;
  readonly retention: Retention;
  /** Position of the newest message. */
  head: number;
  /** Position of the oldest message still held. */
  first: number;
  /** Bytes of all messages held. */
  bytes: number;
}

interface Row {
  id: number;
  head: number;
}

/** The channels that the writer has been told of, by the number the main thread uses for them. */
export class ChannelTable {
  private readonly byNumber = new Map<number, WrittenChannel>();
  private readonly find;
  private readonly insert;
  private readonly measure;
  private readonly countRows;
  private readonly saveHead;
  private stored: number;

  constructor(
    database: Database,
    private readonly maxChannels: number,
  ) {
    this.find = database.query<Row, [string, string, string]>(
      "select id, head from channels where instance = ? and kind = ? and name = ?",
    );
    this.insert = database.query<{ id: number }, [string, string, string]>(
      "insert into channels (instance, kind, name, head) values (?, ?, ?, 0) returning id",
    );
    this.measure = database.query<{ first: number | null; bytes: number | null }, [number]>(
      "select min(seq) as first, sum(octet_length(frame)) as bytes from messages where channel = ?",
    );
    this.countRows = database.query<{ count: number }, []>("select count(*) as count from channels");
    this.saveHead = database.query<unknown, [number, number]>("update channels set head = ? where id = ?");
    this.stored = this.countRows.get()?.count ?? 0;
  }

  get count(): number {
    return this.stored;
  }

  get bytes(): number {
    let bytes = 0;
    for (const channel of this.byNumber.values()) bytes += channel.bytes;
    return bytes;
  }

  all(): Iterable<WrittenChannel> {
    return this.byNumber.values();
  }

  get(number: number): WrittenChannel | undefined {
    return this.byNumber.get(number);
  }

  /** Must run within a transaction: a channel that is new is stored. Does nothing when there are too many. */
  open([number, instance, kind, name, messages, age, bytes]: ChannelEntry): void {
    let row = this.find.get(instance, kind, name);
    if (!row) {
      if (this.maxChannels > 0 && this.stored >= this.maxChannels) return;
      const inserted = this.insert.get(instance, kind, name);
      if (!inserted) return;
      row = { id: inserted.id, head: 0 };
      this.stored++;
    }
    const held = this.measure.get(row.id);
    this.byNumber.set(number, {
      id: row.id,
      retention: { messages, age, bytes },
      head: row.head,
      first: held?.first ?? row.head + 1,
      bytes: held?.bytes ?? 0,
    });
  }

  save(channel: WrittenChannel): void {
    this.saveHead.run(channel.head, channel.id);
  }

  /** Forgets everything that was not committed. Channels are read again when they are named again. */
  rollback(before: ReadonlyMap<number, WrittenChannel>): void {
    for (const [number, { head, first, bytes }] of before) {
      const channel = this.byNumber.get(number);
      if (channel) Object.assign(channel, { head, first, bytes });
    }
    this.stored = this.countRows.get()?.count ?? this.stored;
  }
}
