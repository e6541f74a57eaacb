import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Signed } from "../rules/authorship.ts";

/** Messages of one conversation that this browser keeps where the relay does not. */
const MOST_SEEN = 500;

/** A message as it was sent: what is encrypted stays so. */
export interface Seen {
  readonly conversation: string;
  readonly from: string;
  readonly data: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  readonly at: number;
}

/** A message that waits to be sent. */
export interface Waiting {
  readonly id: string;
  readonly conversation: string;
  readonly signed: Signed;
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
}

interface Schema extends DBSchema {
  seen: { key: number; value: Seen; indexes: { conversation: string } };
  waiting: { key: string; value: Waiting; indexes: { conversation: string } };
}

/** What this browser keeps: messages that wait to be sent, and those that the relay does not keep. Without storage, as in some private windows, it lasts until the page is closed. */
export class Store {
  readonly #db: Promise<IDBPDatabase<Schema> | undefined>;

  constructor(name: string) {
    const open = async () =>
      openDB<Schema>(name, 1, {
        upgrade(db) {
          db.createObjectStore("seen", { autoIncrement: true }).createIndex("conversation", "conversation");
          db.createObjectStore("waiting", { keyPath: "id" }).createIndex("conversation", "conversation");
        },
      });
    this.#db = open().catch(() => undefined);
  }

  /** Oldest first. */
  async seen(conversation: string): Promise<readonly Seen[]> {
    return (await (await this.#db)?.getAllFromIndex("seen", "conversation", conversation)) ?? [];
  }

  async addSeen(message: Seen): Promise<void> {
    const db = await this.#db;
    if (!db) return;
    const { store, done } = db.transaction("seen", "readwrite");
    await store.add(message);
    const keys = await store.index("conversation").getAllKeys(message.conversation);
    for (const key of keys.slice(0, Math.max(0, keys.length - MOST_SEEN))) await store.delete(key);
    await done;
  }

  async waiting(conversation: string): Promise<readonly Waiting[]> {
    return (await (await this.#db)?.getAllFromIndex("waiting", "conversation", conversation)) ?? [];
  }

  async addWaiting(message: Waiting): Promise<void> {
    await (await this.#db)?.put("waiting", message);
  }

  async removeWaiting(id: string): Promise<void> {
    await (await this.#db)?.delete("waiting", id);
  }

  /** Forgets a conversation. */
  async forget(conversation: string): Promise<void> {
    const db = await this.#db;
    for (const name of ["seen", "waiting"] as const)
      for (const key of (await db?.getAllKeysFromIndex(name, "conversation", conversation)) ?? [])
        await db?.delete(name, key);
  }

  async close(): Promise<void> {
    (await this.#db)?.close();
  }
}
