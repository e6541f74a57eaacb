import { KeepUnavailable } from "../../src/keep.ts";
import type { RoomStore, RoomUpdate, StoredKey, StoredRoom, StoredRoomSummary } from "../../src/room-store.ts";
import type { RoomKey, StateMarks, StoringFailure } from "../../src/state.ts";

interface Room extends Omit<StoredRoom, "keys"> {
  readonly keys: ReadonlyMap<string, StoredKey>;
}

const textOf = ({ instance, kind, name }: RoomKey): string => JSON.stringify([instance, kind, name]);

/** What a disk holds; it outlives the process that wrote it. */
export class RoomDisk {
  readonly rooms = new Map<string, Room>();
  marks: StateMarks = { version: 0, term: 0 };

  /** What a start does after a stop that was not clean. */
  skipVersions(): void {
    for (const [key, room] of this.rooms) this.rooms.set(key, { ...room, version: room.version + 1_000 });
  }
}

/** Kept rooms in memory. Each update is committed when the test says so, or in the next microtask. */
export class MemoryRooms implements RoomStore {
  /** Without it, updates wait for commit(). */
  isImmediate = true;
  /** Every read fails. */
  isUnreadable = false;
  /** Every update fails. */
  isBroken = false;
  /** Every update is rejected at once. */
  rejects: StoringFailure | undefined;
  readonly marks: StateMarks;
  private readonly queue: (() => void)[] = [];
  private isDead = false;

  constructor(readonly disk = new RoomDisk()) {
    this.marks = disk.marks;
  }

  load(room: RoomKey): StoredRoom | undefined {
    if (this.isUnreadable) throw new KeepUnavailable("disk I/O error");
    const stored = this.disk.rooms.get(textOf(room));
    return stored && { ...stored, keys: [...stored.keys.values()].flatMap(present) };
  }

  store(update: RoomUpdate): StoringFailure | undefined {
    if (this.rejects) return this.rejects;
    this.enqueue(() => {
      if (!this.isBroken) this.write(update);
      if (!this.isDead) update.settled(this.isBroken ? "keep-failed" : undefined);
    });
    return undefined;
  }

  remove(room: RoomKey, settled: () => void): void {
    this.enqueue(() => {
      const stored = this.disk.rooms.get(textOf(room));
      if (stored && !this.isBroken) {
        const { marks } = this.disk;
        this.disk.marks = { ...marks, version: Math.max(marks.version, stored.version + 1) };
        this.disk.rooms.delete(textOf(room));
      }
      settled();
    });
  }

  some(): readonly StoredRoomSummary[] {
    if (this.isUnreadable) throw new KeepUnavailable("disk I/O error");
    return Array.from(this.disk.rooms, ([text, { changed, version }]) => {
      const [instance, kind, name] = JSON.parse(text);
      return { instance, kind, name, changed, version };
    });
  }

  noteTerm(term: number): void {
    this.disk.marks = { ...this.disk.marks, term };
  }

  /** Updates that wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Commits and settles what waits, at most so many updates. */
  commit(count = Number.POSITIVE_INFINITY): void {
    for (const act of this.queue.splice(0, count)) act();
  }

  /** Commits the next update and ends before anybody learns of it. */
  commitAndDie(): void {
    this.isDead = true;
    this.commit(1);
  }

  private enqueue(act: () => void): void {
    this.queue.push(act);
    if (this.isImmediate) queueMicrotask(() => this.commit());
  }

  private write({ room, version, options, changed, keys, isNew }: RoomUpdate): void {
    const before = isNew ? undefined : this.disk.rooms.get(textOf(room));
    const all = new Map(before?.keys);
    for (const one of keys) {
      if (one.text === null) all.delete(one.key);
      else all.set(one.key, one);
    }
    this.disk.rooms.set(textOf(room), { version, options, changed, keys: all });
  }
}

const present = (one: StoredKey): StoredRoom["keys"] => {
  const { key, text, version } = one;
  return text === null ? [] : [{ key, text, version }];
};
