import type { Database } from "bun:sqlite";
import { meta, setMeta } from "./database.ts";
import type { RoomEntry } from "./writer-messages.ts";

/** Writes rooms whose state is kept. Must run within a transaction. */
export class WrittenRooms {
  private readonly save;
  private readonly find;
  private readonly forget;
  private readonly clear;
  private readonly put;
  private readonly remove;
  private readonly share;
  private readonly unshare;

  constructor(private readonly database: Database) {
    this.save = database.query<{ id: number }, [string, string, string, number, string, number]>(
      `insert into rooms (instance, kind, name, version, options, changed) values (?, ?, ?, ?, ?, ?)
        on conflict (instance, kind, name) do update
        set version = excluded.version, options = excluded.options, changed = excluded.changed returning id`,
    );
    this.find = database.query<{ id: number; version: number }, [string, string, string]>(
      "select id, version from rooms where instance = ? and kind = ? and name = ?",
    );
    this.forget = database.query<unknown, [number]>("delete from rooms where id = ?");
    this.clear = database.query<unknown, [number]>("delete from room_keys where room = ?");
    this.put = database.query<unknown, [number, string, string, number]>(
      "insert or replace into room_keys (room, key, value, version) values (?, ?, ?, ?)",
    );
    this.remove = database.query<unknown, [number, string]>("delete from room_keys where room = ? and key = ?");
    this.share = database.query<unknown, [number, number, number, string]>(
      "insert or replace into shared_rooms (room, is_kept, is_awake, detail) values (?, ?, ?, ?)",
    );
    this.unshare = database.query<unknown, [number]>("delete from shared_rooms where room = ?");
  }

  write({ instance, kind, name, content }: RoomEntry): void {
    if (!content) {
      this.delete(instance, kind, name);
      return;
    }
    const { version, options, changed, isNew, keys, shared } = content;
    const row = this.save.get(instance, kind, name, version, options, changed);
    if (!row) throw new Error("a room could not be stored");
    if (isNew) this.clear.run(row.id);
    for (const [key, text, at] of keys) {
      if (text === null) this.remove.run(row.id, key);
      else this.put.run(row.id, key, text, at);
    }
    if (shared) this.share.run(row.id, shared.isKept ? 1 : 0, shared.isAwake ? 1 : 0, shared.detail);
  }

  /** Deletes a room, if it is stored; the next one of its name starts above it (PROTOCOL.md R103). */
  delete(instance: string, kind: string, name: string): boolean {
    const row = this.find.get(instance, kind, name);
    if (!row) return false;
    const { id, version } = row;
    setMeta(this.database, "roomVersion", `${Math.max(version + 1, Number(meta(this.database, "roomVersion") ?? 0))}`);
    this.clear.run(id);
    this.unshare.run(id);
    this.forget.run(id);
    return true;
  }
}
