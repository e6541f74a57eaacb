import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { FollowedChannel } from "../engine.ts";
import { connect, keepPath } from "./database.ts";
import { WrittenRooms } from "./written-rooms.ts";

/** A channel with kept messages or a kept room, and what it holds. */
export interface KeptSummary extends FollowedChannel {
  readonly messages: number;
  readonly bytes: number;
  /** Position of the newest message. */
  readonly head: number;
  /** Time of the oldest and the newest message in milliseconds since 1970; null if it holds none. */
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Keys of the state of the room; null if the state is not kept. */
  readonly keys: number | null;
}

/** The kept state of a room. */
export interface ExportedState {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
  /** As JSON, in the order in which they were written; an object would turn `__proto__` and `5` into something else. */
  readonly keys: readonly { readonly key: string; readonly text: string }[];
}

export interface ExportedMessage {
  readonly seq: number;
  readonly at: number;
  readonly frame: string | Uint8Array;
}

/** Messages deleted in one transaction. */
const MESSAGES_PER_STEP = 1_000;

const LIST = `with
  logs as (select instance, kind, name, head, count(seq) as messages, coalesce(sum(octet_length(frame)), 0) as bytes,
    min(at) as oldest, max(at) as newest
    from channels left join messages on messages.channel = channels.id group by channels.id),
  states as (select instance, kind, name, count(key) as keys,
    coalesce(sum(octet_length(key) + octet_length(value)), 0) as bytes
    from rooms left join room_keys on room_keys.room = rooms.id group by rooms.id)
  select instance, kind, name, coalesce(head, 0) as head, coalesce(messages, 0) as messages,
    coalesce(logs.bytes, 0) + coalesce(states.bytes, 0) as bytes, oldest, newest, keys
    from logs full join states using (instance, kind, name)
  order by instance, kind, name`;

/** The kept channels of a data folder, for the command line. Reading is possible while a relay runs; purging is not. */
export class KeptFolder implements Disposable {
  private readonly database: Database;

  private constructor(folder: string) {
    this.database = connect({ folder, sync: "full" });
  }

  /** undefined if nothing has ever been kept in the folder. */
  static open(folder: string): KeptFolder | undefined {
    return existsSync(keepPath(folder)) ? new KeptFolder(folder) : undefined;
  }

  list(): readonly KeptSummary[] {
    return this.database.query<KeptSummary, []>(LIST).all();
  }

  /** The messages of a channel, oldest first; undefined if it is not known. */
  messages(channel: FollowedChannel): Iterable<ExportedMessage> | undefined {
    const id = this.idOf(channel);
    if (id === undefined) return undefined;
    return this.database
      .query<ExportedMessage, [number]>("select seq, at, frame from messages where channel = ? order by seq")
      .iterate(id);
  }

  /** The kept state of a room; undefined if there is none. */
  state(channel: FollowedChannel): ExportedState | undefined {
    const { instance, kind, name } = channel;
    const room = this.database
      .query<{ id: number; version: number; changed: number }, [string, string, string]>(
        "select id, version, changed from rooms where instance = ? and kind = ? and name = ?",
      )
      .get(instance, kind, name);
    if (!room) return undefined;
    const keys = this.database
      .query<ExportedState["keys"][number], [number]>(
        "select key, value as text from room_keys where room = ? order by version, key",
      )
      .all(room.id);
    return { version: room.version, changed: room.changed, keys };
  }

  /**
   * Deletes the state of a room; the versions of the next one go on. False if there was none; `shared` if it is that of a cluster,
   * which must be the same on all nodes, and was not deleted.
   */
  purgeState({ instance, kind, name }: FollowedChannel): boolean | "shared" {
    const shared = this.database.query<unknown, [string, string, string]>(
      "select 1 from rooms join shared_rooms on room = rooms.id where instance = ? and kind = ? and name = ?",
    );
    if (shared.get(instance, kind, name)) return "shared";
    return this.database.transaction(() => new WrittenRooms(this.database).delete(instance, kind, name))();
  }

  /** Deletes the messages of a channel; its positions go on. Returns how many there were. */
  purge(channel: FollowedChannel): number {
    const id = this.idOf(channel);
    if (id === undefined) return 0;
    const remove = this.database.query<unknown, [number, number, number]>(
      "delete from messages where channel = ? and seq in (select seq from messages where channel = ? order by seq limit ?)",
    );
    let removed = 0;
    for (let step = MESSAGES_PER_STEP; step === MESSAGES_PER_STEP; removed += step) {
      step = remove.run(id, id, MESSAGES_PER_STEP).changes;
    }
    return removed;
  }

  /** Gives the space of what was deleted back to the disk, where a deleted message could otherwise still be found. */
  vacuum(): void {
    this.database.run("vacuum");
    this.database.run("pragma wal_checkpoint(truncate)");
  }

  [Symbol.dispose](): void {
    this.database.close();
  }

  private idOf({ instance, kind, name }: FollowedChannel): number | undefined {
    return this.database
      .query<{ id: number }, [string, string, string]>(
        "select id from channels where instance = ? and kind = ? and name = ?",
      )
      .get(instance, kind, name)?.id;
  }
}
