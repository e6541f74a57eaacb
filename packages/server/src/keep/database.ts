import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { failureText } from "../log/log-text.ts";

/** How safely a commit is on disk: `normal` survives the end of the process, `full` also a power failure. */
export type KeepSync = "normal" | "full";

export interface KeepFile {
  readonly folder: string;
  readonly sync: KeepSync;
}

const SCHEMA = [
  `create table if not exists channels (
    id integer primary key autoincrement,
    instance text not null,
    kind text not null,
    name text not null,
    head integer not null,
    epoch text,
    unique (instance, kind, name)
  ) strict`,
  `create table if not exists messages (
    channel integer not null,
    seq integer not null,
    at integer not null,
    id text,
    frame any not null,
    primary key (channel, seq)
  ) strict, without rowid`,
  // Only messages with an id: an index of all would halve the number of messages stored per second.
  "create unique index if not exists message_ids on messages (channel, id) where id is not null",
  `create table if not exists cursors (
    channel integer not null,
    device text not null,
    seq integer not null,
    primary key (channel, device)
  ) strict, without rowid`,
  `create table if not exists rooms (
    id integer primary key autoincrement,
    instance text not null,
    kind text not null,
    name text not null,
    version integer not null,
    options text not null,
    changed integer not null,
    unique (instance, kind, name)
  ) strict`,
  `create table if not exists room_keys (
    room integer not null,
    key text not null,
    value text not null,
    version integer not null,
    primary key (room, key)
  ) strict, without rowid`,
  // What the nodes of a cluster know of their kept rooms besides what a relay alone stores.
  `create table if not exists shared_rooms (
    room integer primary key,
    is_kept integer not null,
    is_awake integer not null,
    detail text not null
  ) strict`,
  "create table if not exists meta (key text primary key, value text not null) strict, without rowid",
];

/** More than a room can have changed in the time that a power failure takes back. */
const SKIPPED_VERSIONS = 1_000_000;

export const keepPath = (folder: string): string => join(folder, "keep.db");

/** Opens a connection; the file is created if there is none. */
export function connect({ folder, sync }: KeepFile): Database {
  const path = keepPath(folder);
  // Messages must not be readable by other users. SQLite gives its side files the permissions of this one. Closing a file that another
  // thread uses would release the locks of its connection, and another process would take the log of writes for abandoned.
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  const database = new Database(path, { strict: true });
  try {
    database.run("pragma busy_timeout = 5000");
    database.run("pragma journal_mode = wal");
    database.run(`pragma synchronous = ${sync}`);
    // The log of writes stays as large as it ever was, if nothing says otherwise.
    database.run("pragma journal_size_limit = 67108864");
    // Without a larger cache, thousands of channels read most pages again for each commit.
    database.run("pragma cache_size = -65536");
    for (const statement of SCHEMA) database.run(statement);
    addEpochs(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Files of earlier versions do not name the epochs of channels, which only the nodes of a cluster need. */
function addEpochs(database: Database): void {
  if (!database.query("select 1 from pragma_table_info('channels') where name = 'epoch'").get())
    database.run("alter table channels add column epoch text");
}

/** Identifies the time since the operating system started; undefined where it does not say. */
function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}

export const meta = (database: Database, key: string): string | undefined =>
  database.query<{ value: string }, [string]>("select value from meta where key = ?").get(key)?.value;

export function setMeta(database: Database, key: string, value: string): void {
  database.query("insert or replace into meta values (?, ?)").run(key, value);
}

const isSound = (database: Database): boolean =>
  database.query<{ quick_check: string }, []>("pragma quick_check(1)").get()?.quick_check === "ok";

/** Moves a damaged database aside, so that an operator may look at it; nothing of it is used. */
function moveAside(path: string): string {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

export interface OpenedKeep {
  readonly database: Database;
  readonly epoch: string;
  /** Where a damaged database was moved, and what was wrong with it. */
  readonly damaged?: { readonly movedTo: string; readonly reason: string };
}

/**
 * The epoch of the log. It stays the same after a clean close, and after the end of the process alone, because what was written
 * then is still in the memory of the operating system. After a power failure only `full` is certain to have kept everything.
 */
function beginEpoch(database: Database, sync: KeepSync): string {
  const boot = bootId();
  const before = meta(database, "epoch");
  const wasClosed = meta(database, "closed") === "1";
  const wasComplete =
    wasClosed || (boot !== undefined && meta(database, "boot") === boot) || meta(database, "sync") === "full";
  const epoch = before !== undefined && wasComplete ? before : crypto.randomUUID().slice(0, 8);
  if (before !== undefined && !wasClosed) skipVersions(database);
  setMeta(database, "epoch", epoch);
  setMeta(database, "boot", boot ?? "");
  setMeta(database, "sync", sync);
  setMeta(database, "closed", "0");
  return epoch;
}

/**
 * After a stop that was not clean, clients may have seen versions that were not stored: of keys that belong to sessions, when the
 * storage failed, or because of a power failure.
 */
function skipVersions(database: Database): void {
  // Those of a cluster go on as the log says.
  database
    .query("update rooms set version = version + ? where id not in (select room from shared_rooms)")
    .run(SKIPPED_VERSIONS);
}

const begin = (database: Database, sync: KeepSync): string => database.transaction(beginEpoch)(database, sync);

/** Changes what is stored before anything uses it. */
type Prepare = (database: Database) => void;

/** Opens a sound database; returns what is wrong with a damaged one. Throws when the storage fails in another way. */
function openSound(file: KeepFile, prepare: Prepare): Omit<OpenedKeep, "damaged"> | string {
  let database: Database | undefined;
  const path = keepPath(file.folder);
  try {
    if (existsSync(path) && statSync(path).size === 0) throw new Damage("it is empty");
    database = connect(file);
    // The check reads everything, so it is made only when the last process may have been stopped while it wrote.
    const size = sizeOf(database);
    if (statSync(path).size < size) throw new Damage("it is truncated");
    if (meta(database, "closed") === "0" && !isSound(database)) throw new Damage("its pages do not fit together");
    // A start counts them too. Found only there, damage would keep the whole relay from starting.
    for (const table of ["channels", "rooms", "shared_rooms"]) database.query(`select count(*) from ${table}`).get();
    prepare(database);
    return { database, epoch: begin(database, file.sync) };
  } catch (error) {
    database?.close();
    if (!isDamage(error)) throw error;
    return failureText(error);
  }
}

/** Opens the database and begins its epoch. A damaged one is moved aside, and an empty one begins a new epoch. */
export function openKeep(file: KeepFile, prepare: Prepare = () => {}): OpenedKeep {
  const opened = openSound(file, prepare);
  if (typeof opened !== "string") return opened;
  const movedTo = moveAside(keepPath(file.folder));
  const database = connect(file);
  // Higher than any number of the database that is gone, unless rooms changed more often than every millisecond.
  for (const key of ["roomTerm", "roomVersion"]) setMeta(database, key, `${Date.now()}`);
  return { database, epoch: begin(database, file.sync), damaged: { movedTo, reason: opened } };
}

class Damage extends Error {}

/** Whether SQLite says that the file itself is broken, and not that the disk is full or must not be written. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Damage ||
  (error instanceof Error && "code" in error && (error.code === "SQLITE_CORRUPT" || error.code === "SQLITE_NOTADB"));

const pragma = (database: Database, name: string): number =>
  Number(database.query<Record<string, number>, []>(`pragma ${name}`).get()?.[name] ?? 0);

/** Bytes that the file should have, once everything has been moved to it from the log of writes. */
const sizeOf = (database: Database): number => {
  database.run("pragma wal_checkpoint(truncate)");
  return pragma(database, "page_count") * pragma(database, "page_size");
};

/** Bytes of the file that hold something: what is deleted is used again before the file grows. */
export const usedBytes = (database: Database): number =>
  (pragma(database, "page_count") - pragma(database, "freelist_count")) * pragma(database, "page_size");

/** Notes that everything has been written, and closes. Without `isSound` the next start checks every page. */
export function closeKeep(database: Database, isSound: boolean): void {
  try {
    database.run("pragma wal_checkpoint(truncate)");
    if (isSound) setMeta(database, "closed", "1");
  } finally {
    database.close();
  }
}
