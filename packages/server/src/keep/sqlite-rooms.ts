import type { Database } from "bun:sqlite";
import type { RoomStore, RoomUpdate, StoredKey, StoredRoom, StoredRoomSummary } from "../room-store.ts";
import type { RoomKey, StateMarks, StoredRoomOptions, StoringFailure } from "../state.ts";
import { meta, setMeta } from "./database.ts";
import { orUnavailable } from "./reader.ts";
import type { RoomEntry } from "./writer-messages.ts";

/** A room on its way to the disk. */
export interface RoomWork {
  readonly entry: RoomEntry;
  readonly bytes: number;
  readonly settled: (failure: StoringFailure | undefined) => void;
}

export interface RoomQueue {
  /** Most rooms that are stored; 0 means no limit. */
  readonly maxRooms: number;
  /** Returns why it is rejected; then `settled` is not called. */
  add(work: RoomWork): StoringFailure | undefined;
  /** Stores with the next batch that no term up to this one is given out again. */
  noteTerm(term: number): void;
}

/** Terms that are reserved at a time, so that a change of host does not wait for the disk. */
const RESERVED_TERMS = 10_000;
const ROOMS_AT_ONCE = 100;
/** Bytes counted for each waiting key besides its text. */
const KEY_BYTES = 100;

interface RoomRow {
  readonly id: number;
  readonly version: number;
  readonly options: string;
  readonly changed: number;
}

const sizeOf = (keys: readonly StoredKey[]): number =>
  keys.reduce((bytes, { key, text }) => bytes + KEY_BYTES + key.length + (text?.length ?? 0), KEY_BYTES);

/** Rooms whose state is kept, in the same file as the kept messages, and written by the same thread. */
export class SqliteRooms implements RoomStore {
  readonly marks: StateMarks;
  private readonly find;
  private readonly keysOf;
  private readonly next;
  private readonly count;
  private lastTerm: number;
  private reservedTerm: number;
  private after = 0;

  constructor(
    private readonly database: Database,
    private readonly queue: RoomQueue,
  ) {
    this.find = database.query<RoomRow, [string, string, string]>(
      "select id, version, options, changed from rooms where instance = ? and kind = ? and name = ?",
    );
    this.keysOf = database.query<StoredRoom["keys"][number], [number]>(
      "select key, value as text, version from room_keys where room = ? order by version",
    );
    this.next = database.query<RoomKey & RoomRow, [number]>(
      `select id, instance, kind, name, changed, version from rooms where id > ? order by id limit ${ROOMS_AT_ONCE}`,
    );
    this.count = database.query<{ count: number }, []>("select count(*) as count from rooms");
    this.marks = { version: Number(meta(database, "roomVersion") ?? 0), term: Number(meta(database, "roomTerm") ?? 0) };
    this.lastTerm = this.marks.term;
    this.reservedTerm = this.lastTerm + RESERVED_TERMS;
    setMeta(database, "roomTerm", `${this.reservedTerm}`);
  }

  load(room: RoomKey): StoredRoom | undefined {
    return orUnavailable(() => {
      const row = this.find.get(room.instance, room.kind, room.name);
      if (!row) return undefined;
      const { id, version, changed } = row;
      // Only this class writes it.
      const options: StoredRoomOptions = JSON.parse(row.options);
      return { version, options, changed, keys: this.keysOf.all(id) };
    });
  }

  store({ room: { instance, kind, name }, version, options, changed, isNew, keys, settled }: RoomUpdate) {
    const obstacle = isNew ? this.obstacleToNew() : undefined;
    if (obstacle) return obstacle;
    const content = {
      version,
      options: JSON.stringify(options),
      changed,
      isNew,
      keys: keys.map(({ key, text, version: at }) => [key, text, at] as const),
    };
    const work = { entry: { instance, kind, name, content }, bytes: sizeOf(keys), settled };
    return this.queue.add(work);
  }

  remove({ instance, kind, name }: RoomKey, settled: () => void): void {
    const entry: RoomEntry = { instance, kind, name, content: undefined };
    if (this.queue.add({ entry, bytes: KEY_BYTES, settled })) settled();
  }

  some(): readonly StoredRoomSummary[] {
    return orUnavailable(() => {
      const rooms = this.next.all(this.after);
      this.after = rooms.length === ROOMS_AT_ONCE ? (rooms.at(-1)?.id ?? 0) : 0;
      return rooms;
    });
  }

  noteTerm(term: number): void {
    this.lastTerm = Math.max(this.lastTerm, term);
    if (this.lastTerm + RESERVED_TERMS / 2 < this.reservedTerm) return;
    this.reservedTerm = this.lastTerm + RESERVED_TERMS;
    this.queue.noteTerm(this.reservedTerm);
  }

  /** Notes what has been given out, when everything has been stored. */
  close(): void {
    setMeta(this.database, "roomTerm", `${this.lastTerm}`);
  }

  private obstacleToNew(): StoringFailure | undefined {
    const { maxRooms } = this.queue;
    if (maxRooms === 0) return undefined;
    try {
      return (this.count.get()?.count ?? 0) >= maxRooms ? "keep-full" : undefined;
    } catch {
      // The writer says why.
      return "keep-failed";
    }
  }
}
