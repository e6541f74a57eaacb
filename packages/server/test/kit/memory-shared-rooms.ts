import type { Clock } from "../../src/clock.ts";
import type { LogPosition } from "../../src/cluster/log-part.ts";
import { KeepUnavailable } from "../../src/keep.ts";
import type { StoredKey } from "../../src/room-store.ts";
import type {
  IdleRoom,
  RoomCheckpoint,
  SharedRoomStore,
  SharedRoomsOwner,
  SharedRoomUpdate,
  SharedStoredRoom,
} from "../../src/shared-room-store.ts";
import type { RoomKey, StateMarks } from "../../src/state.ts";

type Content = NonNullable<SharedRoomUpdate["content"]>;

interface Room extends Omit<Content, "keys" | "isNew"> {
  readonly keys: readonly (readonly [string, StoredKey & { readonly text: string }])[];
}

const textOf = ({ instance, kind, name }: RoomKey): string => JSON.stringify([instance, kind, name]);

function keyOf(text: string): RoomKey {
  const [instance, kind, name] = JSON.parse(text);
  return { instance, kind, name };
}

/** What the disk of a node of a cluster holds; it outlives the process. */
export class SharedRoomDisk {
  readonly rooms = new Map<string, Room>();
  readonly positions = new Map<number, LogPosition>();
  readonly marks = new Map<number, StateMarks>();
}

export interface MemorySharedRoomsOptions {
  readonly clock: Pick<Clock, "every">;
  readonly disk?: SharedRoomDisk;
  readonly ageOf?: SharedRoomStore["ageOf"];
}

/** The kept rooms of a node of a cluster in memory. Checkpoints are certain in the next microtask, or when the test says so. */
export class MemorySharedRooms implements SharedRoomStore {
  isImmediate = true;
  /** Every read fails. */
  isUnreadable = false;
  obstacle: ReturnType<SharedRoomStore["obstacleTo"]>;
  readonly failures: string[] = [];
  readonly disk: SharedRoomDisk;
  private readonly queue: RoomCheckpoint[] = [];
  private owner: SharedRoomsOwner | undefined;
  private readonly stop: () => void;

  constructor(private readonly options: MemorySharedRoomsOptions) {
    this.disk = options.disk ?? new SharedRoomDisk();
    this.stop = options.clock.every(1_000, () => this.owner?.due());
  }

  listen(owner: SharedRoomsOwner): void {
    this.owner = owner;
  }

  ageOf(room: RoomKey): number | undefined {
    return this.options.ageOf ? this.options.ageOf(room) : 0;
  }

  position(shard: number): LogPosition | undefined {
    return this.disk.positions.get(shard);
  }

  marks(shard: number): StateMarks {
    return this.disk.marks.get(shard) ?? { version: 0, term: 0 };
  }

  *awake(): Generator<readonly [RoomKey, SharedStoredRoom]> {
    for (const [text, room] of this.disk.rooms) if (room.isAwake) yield [keyOf(text), storedRoom(room)];
  }

  load(room: RoomKey): SharedStoredRoom | undefined {
    this.check();
    const found = this.disk.rooms.get(textOf(room));
    return found && storedRoom(found);
  }

  outline(room: RoomKey) {
    this.check();
    const found = this.disk.rooms.get(textOf(room));
    return found && { options: found.options, bytes: JSON.stringify(found.keys).length };
  }

  idle(): readonly IdleRoom[] {
    this.check();
    return [...this.disk.rooms].flatMap(([text, { isAwake, changed, version }]) =>
      isAwake ? [] : { ...keyOf(text), changed, version },
    );
  }

  store(checkpoint: RoomCheckpoint): undefined {
    this.queue.push(checkpoint);
    if (this.isImmediate) queueMicrotask(() => this.commit());
  }

  obstacleTo() {
    return this.obstacle;
  }

  failed(reason: string): void {
    this.failures.push(reason);
  }

  async *copy(): AsyncGenerator<Uint8Array> {
    if (this.isImmediate) this.commit();
    const { rooms, positions, marks } = this.disk;
    yield Buffer.from(JSON.stringify([[...rooms], [...positions], [...marks]]));
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const sent: readonly (readonly [never, never][])[] = JSON.parse(
      Buffer.concat(await Array.fromAsync(copy)).toString(),
    );
    for (const [index, map] of [this.disk.rooms, this.disk.positions, this.disk.marks].entries()) {
      map.clear();
      for (const [key, value] of sent[index] ?? []) map.set(key, value);
    }
    this.owner?.reload();
  }

  /** What waits is certain, or the next few checkpoints. */
  commit(count = Number.POSITIVE_INFINITY): void {
    for (const { shard, position, marks, updates } of this.queue.splice(0, count)) {
      for (const update of updates) this.write(update);
      this.disk.positions.set(shard, position);
      this.disk.marks.set(shard, marks);
      this.owner?.stored(updates.map(({ room }) => room));
    }
  }

  /** All that is certain, in an order that does not depend on when it was stored. */
  content(): unknown {
    const { rooms, marks } = this.disk;
    const sorted = [...rooms].map(([text, { keys, ...room }]) => ({ text, room, keys: keys.toSorted(byFirst) }));
    return { rooms: sorted.sort((one, other) => one.text.localeCompare(other.text)), marks: [...marks].sort(byFirst) };
  }

  /** The process has ended; what was not certain is lost. */
  kill(): void {
    this.stop();
    this.queue.splice(0);
    this.owner = undefined;
  }

  private check(): void {
    if (this.isUnreadable) throw new KeepUnavailable("disk I/O error");
  }

  private write({ room, content }: SharedRoomUpdate): void {
    const text = textOf(room);
    if (!content) {
      this.disk.rooms.delete(text);
      return;
    }
    const { keys, isNew, ...others } = content;
    const all = new Map(isNew ? [] : this.disk.rooms.get(text)?.keys);
    for (const { key, text: value, version } of keys) {
      if (value === null) all.delete(key);
      else all.set(key, { key, text: value, version });
    }
    // As a file would have it.
    const stored: Room = JSON.parse(JSON.stringify({ ...others, keys: [...all] }));
    this.disk.rooms.set(text, stored);
  }
}

const byFirst = ([one]: readonly [unknown, unknown], [other]: readonly [unknown, unknown]): number =>
  String(one).localeCompare(String(other));

const storedRoom = ({ keys, isAwake: _, ...room }: Room): SharedStoredRoom => ({
  ...room,
  keys: keys.map(([, key]) => key),
});
