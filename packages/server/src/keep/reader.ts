import type { Database } from "bun:sqlite";
import type { FollowedChannel } from "../engine.ts";
import { KeepUnavailable, type KeptMessage, type KeptRange, type KeptSpan } from "../keep.ts";
import { failureText } from "../log/log-text.ts";
import { isDamage } from "./database.ts";

interface ChannelRow {
  readonly id: number;
  readonly head: number;
  readonly epoch: string | null;
}

export function orUnavailable<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new KeepUnavailable(failureText(error), { cause: error });
  }
}

/** Reads what has been committed. `head`, where it is given, hides messages that are committed but not delivered yet. */
export class KeptReader {
  /** A read has shown that the file is damaged. */
  isDamaged = false;
  private readonly find;
  private readonly firstOf;
  private readonly ascending;
  private readonly descending;
  private readonly cursor;
  private readonly devices;
  private readonly countRows;
  private readonly next;

  constructor(
    readonly database: Database,
    private readonly epoch: string,
  ) {
    this.find = database.query<ChannelRow, [string, string, string]>(
      "select id, head, epoch from channels where instance = ? and kind = ? and name = ?",
    );
    this.firstOf = database.query<{ first: number | null }, [number]>(
      "select min(seq) as first from messages where channel = ?",
    );
    const range = "select seq, at, frame from messages where channel = ? and seq > ? and seq < ? order by seq";
    this.ascending = database.query<KeptMessage, [number, number, number, number]>(`${range} limit ?`);
    this.descending = database.query<KeptMessage, [number, number, number, number]>(`${range} desc limit ?`);
    this.cursor = database.query<{ seq: number }, [number, string]>(
      "select seq from cursors where channel = ? and device = ?",
    );
    this.devices = database.query<{ count: number }, [number]>(
      "select count(*) as count from cursors where channel = ?",
    );
    this.next = database.query<FollowedChannel & { readonly id: number }, [number, number]>(
      "select id, instance, kind, name from channels where id > ? order by id limit ?",
    );
    this.countRows = database.query<{ count: number }, []>("select count(*) as count from channels");
  }

  countChannels(): number {
    return this.orUnavailable(() => this.countRows.get()?.count ?? 0);
  }

  /** The next channels after one, in the order of their ids. */
  channelsAfter(id: number, most: number): readonly (FollowedChannel & { readonly id: number })[] {
    return this.orUnavailable(() => this.next.all(id, most));
  }

  /** undefined if nothing was ever kept in the channel. */
  head(channel: FollowedChannel): number | undefined {
    return this.row(channel)?.head;
  }

  span(channel: FollowedChannel, head: number | undefined): KeptSpan {
    const row = this.row(channel);
    if (!row) return { epoch: this.epoch, first: 1, head: 0 };
    const newest = head ?? row.head;
    const first = this.orUnavailable(() => this.firstOf.get(row.id)?.first) ?? newest + 1;
    // A channel that was forgotten starts at 1 again, under another id.
    return { epoch: row.epoch ?? `${this.epoch}.${row.id}`, first: Math.min(first, newest + 1), head: newest };
  }

  read(
    channel: FollowedChannel,
    { after, before = Number.MAX_SAFE_INTEGER, messages, bytes, last = false }: KeptRange,
    head: number | undefined,
  ): readonly KeptMessage[] {
    const row = this.row(channel);
    if (!row) return [];
    const end = Math.min(before, (head ?? row.head) + 1);
    const rows = this.orUnavailable(() =>
      (last ? this.descending : this.ascending).iterate(row.id, after, end, messages),
    );
    const found: KeptMessage[] = [];
    let size = 0;
    for (const message of rows) {
      size += message.frame.length;
      if (found.length > 0 && size > bytes) break;
      found.push(message);
    }
    return last ? found.reverse() : found;
  }

  confirmed(channel: FollowedChannel, device: string): number {
    const row = this.row(channel);
    return row ? this.orUnavailable(() => this.cursor.get(row.id, device)?.seq ?? 0) : 0;
  }

  /** Whether the position of a device can be stored: it has one already, or there is room for another. */
  hasDeviceRoom(channel: FollowedChannel, device: string, most: number): boolean {
    const row = this.row(channel);
    if (!row) return true;
    return orUnavailable(
      () => this.cursor.get(row.id, device) !== null || (this.devices.get(row.id)?.count ?? 0) < most,
    );
  }

  private orUnavailable<Result>(act: () => Result): Result {
    return orUnavailable(() => {
      try {
        return act();
      } catch (error) {
        this.isDamaged ||= isDamage(error);
        throw error;
      }
    });
  }

  private row({ instance, kind, name }: FollowedChannel): ChannelRow | undefined {
    return this.orUnavailable(() => this.find.get(instance, kind, name) ?? undefined);
  }
}
