// cspell:ignore IDBP
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AlarmState, Priority, Subject, Transition } from "../rules/alarm.ts";
import type { Known } from "./wall-instrument.ts";

const NAME = "achex-instruments";
const VERSION = 1;
/** Entries of the log. */
export const LOG_LENGTH = 5_000;
/** Entries that may be there too many until the oldest are deleted. */
const SLACK = 200;

/** One line of the log. It is not changed afterwards. */
export interface LogEntry {
  readonly at: number;
  readonly transition: Transition;
  readonly key: string;
  readonly id: string;
  /** The title that the instrument had. */
  readonly title: string;
  readonly priority: Priority;
  readonly text: string;
}

export interface StoredAlarm {
  readonly subject: Subject;
  readonly state: AlarmState;
}

interface Schema extends DBSchema {
  log: { key: number; value: LogEntry };
  alarms: { key: string; value: StoredAlarm };
  known: { key: string; value: Known };
}

/** What is to be written. */
interface Batch {
  readonly log: LogEntry[];
  /** Undefined: to be deleted. */
  readonly alarms: Map<string, StoredAlarm | undefined>;
  readonly known: Map<string, Known | undefined>;
}

const emptyBatch = (): Batch => ({ log: [], alarms: new Map(), known: new Map() });

export interface Stored {
  readonly alarms: readonly StoredAlarm[];
  readonly known: readonly Known[];
}

/**
 * Alarms, their log and the instruments that were seen, in the browser's database. Where that is blocked, as in some private windows, the log
 * lasts as long as the page.
 */
export class WallStore {
  #database: Promise<IDBPDatabase<Schema> | undefined>;
  #batch = emptyBatch();
  #isQueued = false;
  #written = 0;
  /** Everything that was queued has been written. */
  #writing: Promise<void> = Promise.resolve();
  /** Instead of the database. */
  #memory: LogEntry[] = [];

  constructor() {
    this.#database = openDB<Schema>(NAME, VERSION, {
      upgrade(database) {
        database.createObjectStore("log", { autoIncrement: true });
        database.createObjectStore("alarms");
        database.createObjectStore("known");
      },
    }).catch(() => undefined);
  }

  async load(): Promise<Stored> {
    const database = await this.#database;
    if (!database) return { alarms: [], known: [] };
    const [alarms, known] = await Promise.all([database.getAll("alarms"), database.getAll("known")]);
    return { alarms, known };
  }

  /** Whether what is written survives the page. */
  async isLasting(): Promise<boolean> {
    return (await this.#database) !== undefined;
  }

  add(entry: LogEntry): void {
    this.#queue().log.push(entry);
  }

  setAlarm(key: string, alarm: StoredAlarm | undefined): void {
    this.#queue().alarms.set(key, alarm);
  }

  setKnown(id: string, known: Known | undefined): void {
    this.#queue().known.set(id, known);
  }

  /** The newest entries of the log, newest first. */
  async log(most: number): Promise<readonly LogEntry[]> {
    await this.#writing;
    const database = await this.#database;
    if (!database) return this.#memory.slice(-most).reverse();
    const entries: LogEntry[] = [];
    let cursor = await database.transaction("log").store.openCursor(null, "prev");
    while (cursor && entries.length < most) {
      entries.push(cursor.value);
      cursor = await cursor.continue();
    }
    return entries;
  }

  async clearLog(): Promise<void> {
    this.#memory = [];
    await (await this.#database)?.clear("log");
  }

  /** Everything of this turn goes into one transaction. */
  #queue(): Batch {
    if (!this.#isQueued) {
      this.#isQueued = true;
      queueMicrotask(() => {
        this.#isQueued = false;
        const batch = this.#batch;
        this.#batch = emptyBatch();
        // A database that is full or was deleted under the page: the alarms themselves go on.
        this.#writing = this.#write(batch).catch(() => {});
      });
    }
    return this.#batch;
  }

  async #write({ log, alarms, known }: Batch): Promise<void> {
    const database = await this.#database;
    if (!database) {
      this.#memory = [...this.#memory, ...log].slice(-LOG_LENGTH);
      return;
    }
    const transaction = database.transaction(["log", "alarms", "known"], "readwrite");
    for (const entry of log) void transaction.objectStore("log").add(entry);
    for (const [key, value] of alarms)
      void (value ? transaction.objectStore("alarms").put(value, key) : transaction.objectStore("alarms").delete(key));
    for (const [key, value] of known)
      void (value ? transaction.objectStore("known").put(value, key) : transaction.objectStore("known").delete(key));
    await transaction.done;
    this.#written += log.length;
    if (this.#written >= SLACK) await this.#trim(database);
  }

  async #trim(database: IDBPDatabase<Schema>): Promise<void> {
    this.#written = 0;
    const count = await database.count("log");
    if (count <= LOG_LENGTH) return;
    const keys = await database.getAllKeys("log", null, count - LOG_LENGTH);
    const last = keys.at(-1);
    if (last !== undefined) await database.delete("log", IDBKeyRange.upperBound(last));
  }
}
