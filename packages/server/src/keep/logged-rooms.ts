import type { Database } from "bun:sqlite";
import type { LogPosition } from "../cluster/log-part.ts";
import type {
  IdleRoom,
  RoomCheckpoint,
  RoomOutline,
  SharedRoomStore,
  SharedRoomsOwner,
  SharedRoomUpdate,
  SharedStoredRoom,
} from "../shared-room-store.ts";
import type { RoomKey, StateMarks, StoredRoomOptions, StoringFailure } from "../state.ts";
import { loadMarks, loadPosition } from "./log-positions.ts";
import { orUnavailable } from "./reader.ts";
import type { RoomEntry } from "./writer-messages.ts";

export interface LoggedRoomsDeps extends Pick<SharedRoomStore, "ageOf" | "failed" | "copy" | "restore"> {
  /** Most rooms that are stored; 0 means no limit. */
  readonly maxRooms: number;
  /** No more bytes may be stored. */
  isFull(): boolean;
  store(checkpoint: RoomCheckpoint): Promise<void> | undefined;
}

const ROOMS_AT_ONCE = 100;
/** Bytes counted for each room and each key besides their texts. */
const ROW_BYTES = 100;

interface RoomRow extends RoomKey {
  readonly id: number;
  readonly version: number;
  readonly options: string;
  readonly changed: number;
  readonly is_kept: number;
  readonly detail: string;
}

const STORED = `select id, instance, kind, name, version, options, changed, is_kept, detail
  from rooms join shared_rooms on shared_rooms.room = rooms.id`;

const queriesOf = (database: Database) => ({
  find: database.query<RoomRow, [string, string, string]>(`${STORED} where instance = ? and kind = ? and name = ?`),
  awake: database.query<RoomRow, []>(`${STORED} where is_awake = 1`),
  idle: database.query<RoomRow, [number]>(`${STORED} where is_awake = 0 and id > ? order by id limit ${ROOMS_AT_ONCE}`),
  keysOf: database.query<SharedStoredRoom["keys"][number], [number]>(
    "select key, value as text, version from room_keys where room = ? order by version",
  ),
  bytesOf: database.query<{ bytes: number | null }, [number]>(
    "select sum(octet_length(key) + octet_length(value)) as bytes from room_keys where room = ?",
  ),
  count: database.query<{ count: number }, []>("select count(*) as count from shared_rooms where is_kept = 1"),
});

/** The kept rooms of a cluster in the file of the kept messages of a node, written by the same thread. */
export class LoggedRooms implements SharedRoomStore {
  readonly ageOf: SharedRoomStore["ageOf"];
  readonly failed: SharedRoomStore["failed"];
  readonly copy: SharedRoomStore["copy"];
  readonly restore: SharedRoomStore["restore"];
  private queries: ReturnType<typeof queriesOf>;
  private after = 0;
  private owner: SharedRoomsOwner | undefined;

  constructor(
    private readonly deps: LoggedRoomsDeps,
    private database: Database,
  ) {
    ({ ageOf: this.ageOf, failed: this.failed, copy: this.copy, restore: this.restore } = deps);
    this.queries = queriesOf(database);
  }

  listen(owner: SharedRoomsOwner): void {
    this.owner = owner;
  }

  due(): void {
    this.owner?.due();
  }

  stored(rooms: readonly RoomKey[]): void {
    this.owner?.stored(rooms);
  }

  /** The file has been replaced. */
  reopened(database: Database): void {
    this.database = database;
    this.queries = queriesOf(database);
    this.owner?.reload();
  }

  position(shard: number): LogPosition | undefined {
    return loadPosition(this.database, shard, "rooms");
  }

  marks(shard: number): StateMarks {
    return loadMarks(this.database, shard);
  }

  *awake(): Generator<readonly [RoomKey, SharedStoredRoom]> {
    for (const row of this.queries.awake.all()) yield [keyOf(row), this.read(row)];
  }

  load(room: RoomKey): SharedStoredRoom | undefined {
    return orUnavailable(() => {
      const row = this.row(room);
      return row && this.read(row);
    });
  }

  outline(room: RoomKey): RoomOutline | undefined {
    return orUnavailable(() => {
      const row = this.row(room);
      return row && { options: optionsOf(row), bytes: this.queries.bytesOf.get(row.id)?.bytes ?? 0 };
    });
  }

  idle(): readonly IdleRoom[] {
    return orUnavailable(() => {
      const rows = this.queries.idle.all(this.after);
      this.after = rows.length === ROOMS_AT_ONCE ? (rows.at(-1)?.id ?? 0) : 0;
      return rows.map(({ instance, kind, name, changed, version }) => ({ instance, kind, name, changed, version }));
    });
  }

  store(checkpoint: RoomCheckpoint): Promise<void> | undefined {
    return this.deps.store(checkpoint);
  }

  obstacleTo({ isNew, isGrowing }: { readonly isNew: boolean; readonly isGrowing: boolean }) {
    const { maxRooms, isFull } = this.deps;
    if (isGrowing && isFull()) return "keep-full";
    return isNew && maxRooms > 0 ? this.obstacleToNew(maxRooms) : undefined;
  }

  private obstacleToNew(maxRooms: number): StoringFailure | undefined {
    try {
      return (this.queries.count.get()?.count ?? 0) >= maxRooms ? "keep-full" : undefined;
    } catch {
      // The writer says why.
      return "keep-failed";
    }
  }

  private row({ instance, kind, name }: RoomKey): RoomRow | undefined {
    return this.queries.find.get(instance, kind, name) ?? undefined;
  }

  private read(row: RoomRow): SharedStoredRoom {
    const { id, version, changed, is_kept, detail } = row;
    const keys = this.queries.keysOf.all(id);
    return { version, changed, detail, keys, options: optionsOf(row), isKept: is_kept === 1 };
  }
}

const keyOf = ({ instance, kind, name }: RoomKey): RoomKey => ({ instance, kind, name });

/** Only nodes write them. */
const optionsOf = ({ options }: RoomRow): StoredRoomOptions => JSON.parse(options);

/** A room as the thread that writes receives it. */
export function writtenRoom({ room: { instance, kind, name }, content }: SharedRoomUpdate): RoomEntry {
  if (!content) return { instance, kind, name, content };
  const { version, options, changed, isNew, keys, isKept, isAwake, detail } = content;
  return {
    ...{ instance, kind, name },
    content: {
      ...{ version, changed, isNew },
      options: JSON.stringify(options),
      keys: keys.map(({ key, text, version: at }) => [key, text, at] as const),
      shared: { isKept, isAwake, detail },
    },
  };
}

/** Bytes that wait to be written. */
export const checkpointBytes = ({ updates }: RoomCheckpoint): number =>
  updates.reduce((sum, { content }) => sum + ROW_BYTES + (content ? contentBytes(content) : 0), 0);

const contentBytes = ({ detail, keys }: NonNullable<SharedRoomUpdate["content"]>): number =>
  keys.reduce((sum, { key, text }) => sum + ROW_BYTES + key.length + (text?.length ?? 0), detail.length);
