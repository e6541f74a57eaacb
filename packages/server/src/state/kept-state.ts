import { KeepUnavailable } from "../keep.ts";
import type { RoomStore, StoredRoom, StoredRoomSummary } from "../room-store.ts";
import type { KeptRooms, RoomKey, SavedRoomState, State, StoringFailure } from "../state.ts";
import { type KeptRoomStart, KeptRoomState } from "./kept-room.ts";
import { memoryRooms, stateOf } from "./memory-state.ts";
import { RoomTotals } from "./room-totals.ts";

export interface KeptStateDeps {
  readonly store: RoomStore;
  /** How long the state of a room without members is kept, in milliseconds, 0 without end; undefined if it is not kept at all. */
  readonly ageOf: (room: RoomKey) => number | undefined;
  /** For all rooms together; 0 means no limit. */
  readonly maxBytes: number;
  readonly clock: { time(): number };
  /** The storage cannot be read. */
  readonly failed: (reason: string) => void;
}

const textOf = ({ instance, kind, name }: RoomKey): string => `${kind}\0${instance}\0${name}`;

class KeptStates implements KeptRooms {
  readonly totals: RoomTotals;
  /** Rooms that have members, or are still being stored. */
  private readonly rooms = new Map<string, KeptRoomState>();
  /** Rooms that have been read for a member that has not entered yet: since the last tick, and before it. */
  private prepared = new Set<KeptRoomState>();
  private overdue: ReadonlySet<KeptRoomState> = new Set();
  /** Versions of rooms that could not be stored; only a storage that fails adds to them. */
  private readonly reached = new Map<string, number>();
  /** Rooms that are being deleted. */
  private readonly removing = new Set<string>();

  constructor(private readonly deps: KeptStateDeps) {
    this.totals = new RoomTotals(deps.maxBytes, (term) => deps.store.noteTerm(term));
    this.totals.lastTerm = deps.store.marks.term;
    this.totals.lastVersion = deps.store.marks.version;
  }

  keeps(room: RoomKey): boolean {
    return this.deps.ageOf(room) !== undefined;
  }

  prepare(key: RoomKey): ReturnType<KeptRooms["prepare"]> {
    const present = this.rooms.get(textOf(key));
    if (present) return { options: present.exists ? present.options : undefined, bytes: 0 };
    if (this.totals.isFull) return "keep-busy";
    const stored = this.read(key);
    if (stored === "keep-failed") return stored;
    const room = this.load(key, { stored });
    this.prepared.add(room);
    return { options: stored && room.options, bytes: room.loadedBytes };
  }

  open(key: RoomKey, saved: SavedRoomState | undefined): KeptRoomState {
    const present = this.rooms.get(textOf(key));
    if (present) {
      this.prepared.delete(present);
      return present;
    }
    const stored = this.read(key);
    return this.load(key, stored === "keep-failed" ? { stored: undefined, isUnreadable: true } : { stored, saved });
  }

  async create(key: RoomKey, options: KeptRoomState["options"]): ReturnType<KeptRooms["create"]> {
    const prepared = this.prepare(key);
    if (typeof prepared === "string") return { kind: prepared };
    const room = this.rooms.get(textOf(key));
    return room && prepared.options === undefined ? room.setOptions(options) : { kind: "exists" };
  }

  async settled(): Promise<void> {
    while ([...this.rooms.values()].some(({ isBusy }) => isBusy)) await new Promise((resolve) => setImmediate(resolve));
  }

  tick(): void {
    for (const room of this.overdue) if (this.rooms.get(textOf(room.key)) === room) this.unloadIdle(room);
    this.overdue = this.prepared;
    this.prepared = new Set();
    const now = this.deps.clock.time();
    try {
      for (const room of this.deps.store.some()) {
        const age = this.deps.ageOf(room) ?? 0;
        if (age > 0 && room.changed < now - age && !this.rooms.has(textOf(room))) this.remove(room);
      }
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  private remove(room: StoredRoomSummary): void {
    const text = textOf(room);
    this.removing.add(text);
    this.totals.lastVersion = Math.max(this.totals.lastVersion, room.version + 1);
    this.deps.store.remove(room, () => this.removing.delete(text));
  }

  private read(key: RoomKey): StoredRoom | undefined | Extract<StoringFailure, "keep-failed"> {
    try {
      // What is being deleted is gone, whatever the storage still has.
      return this.removing.has(textOf(key)) ? undefined : this.deps.store.load(key);
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
      this.deps.failed(error.message);
      return "keep-failed";
    }
  }

  private load(key: RoomKey, start: KeptRoomStart): KeptRoomState {
    const { store, clock } = this.deps;
    // Its first member is about to enter.
    const idle = (room: KeptRoomState): void => {
      if (!this.prepared.has(room)) this.unloadIdle(room);
    };
    const reached = this.reached.get(textOf(key)) ?? 0;
    const room = new KeptRoomState({ key, store, totals: this.totals, clock, idle }, { ...start, reached });
    this.rooms.set(textOf(key), room);
    return room;
  }

  private unloadIdle(room: KeptRoomState): void {
    if (room.hasMembers || room.isBusy) return;
    this.rooms.delete(textOf(room.key));
    if (room.version > room.storedVersion) this.reached.set(textOf(room.key), room.version);
    room.unload();
  }
}

/** States of which those of kept rooms are stored. */
export function keptState(deps: KeptStateDeps): State {
  const kept = new KeptStates(deps);
  const { totals } = kept;
  const openMemory = memoryRooms(totals);
  return stateOf(
    totals,
    (key, sink, saved) => (kept.keeps(key) ? kept.open(key, saved).open(sink) : openMemory(key, sink, saved)),
    kept,
  );
}
