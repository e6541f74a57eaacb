import type { SharedRoomStore, SharedRoomUpdate } from "../../shared-room-store.ts";
import type { RoomKey, State, StoredRoomOptions } from "../../state.ts";
import type { RoomEntry, RoomRequest } from "./room-entries.ts";
import { RoomReplica, type SavedReplica } from "./room-replica.ts";
import {
  type Begun,
  creates,
  type EntryPlace,
  holdersOf,
  type ReplicasOwner,
  type RoomOutcome,
  RoomReplicas,
  roomText,
} from "./room-replicas.ts";
import { type ReplicaFacts, replicaOf, updateOf } from "./stored-replica.ts";

export interface KeptPlace extends EntryPlace {
  /** By the time of the log. */
  readonly at: number;
}

/** A room of which the memory knows more than the storage, or has read it. */
interface Tracked extends ReplicaFacts {
  readonly key: RoomKey;
  storedVersion: number | undefined;
  isKept: boolean;
  changed: number;
  /** While it has no members. */
  asleep: SavedReplica | undefined;
  isDirty: boolean;
  /** Updates that are being stored. */
  underWay: number;
}

const TOLD: RoomOutcome = { do: "told" };

/**
 * The replicas of the kept rooms of one shard of the log. A room without members is not in memory once it is stored: the next request that
 * it needs reads it again, on every node with the same outcome. Reads throw KeepUnavailable before anything has changed.
 */
export class KeptReplicas extends RoomReplicas {
  private readonly tracked = new Map<string, Tracked>();
  private readonly dirty = new Set<Tracked>();
  private at = 0;

  constructor(
    state: State,
    owner: ReplicasOwner,
    private readonly store: Pick<SharedRoomStore, "load" | "outline">,
  ) {
    super(state, owner);
  }

  override apply(entry: RoomEntry, place: KeptPlace): RoomOutcome {
    this.at = place.at;
    const { room, request } = entry;
    if (request.do !== "expire") return super.apply(entry, place);
    this.reach(place.position);
    this.expire(room, request);
    return TOLD;
  }

  goneAt(incarnation: string, position: number, at: number): void {
    this.at = at;
    this.nodeGone(incarnation, position);
  }

  /** A room that had members where the storage was read. */
  restoreAwake(key: RoomKey, stored: Parameters<typeof replicaOf>[1]): void {
    const { version: storedVersion, isKept, changed } = stored;
    this.track(key, { storedVersion, isKept, changed });
    super.changed(this.add(new RoomReplica(key, this.state.open, [], replicaOf(key, stored)), []));
  }

  /** The options of a room that has no members, and the bytes to read it; undefined if it is not stored. */
  outline(key: RoomKey): { readonly options: StoredRoomOptions; readonly bytes: number } | undefined {
    const tracked = this.tracked.get(roomText(key));
    if (!tracked) return this.store.outline(key);
    return tracked.asleep && { options: tracked.asleep.state.options, bytes: 0 };
  }

  /** Whether state or options of it are kept. */
  isKept(key: RoomKey): boolean {
    const tracked = this.tracked.get(roomText(key));
    return tracked ? tracked.isKept : this.store.outline(key) !== undefined;
  }

  /** Rooms that have changed and are not being stored. */
  get changes(): number {
    return this.dirty.size;
  }

  takeChanges(): readonly SharedRoomUpdate[] {
    const updates = Array.from(this.dirty, (tracked): SharedRoomUpdate => {
      const { key } = tracked;
      const saved = this.find(key)?.save() ?? tracked.asleep;
      tracked.isDirty = false;
      tracked.underWay++;
      if (!saved) return { room: key, content: undefined };
      const update = updateOf(key, saved, tracked);
      tracked.storedVersion = saved.state.version;
      return update;
    });
    this.dirty.clear();
    return updates;
  }

  /** An update of the room has been stored. */
  stored(key: RoomKey): void {
    const tracked = this.tracked.get(roomText(key));
    if (!tracked) return;
    tracked.underWay--;
    this.letGo(tracked);
  }

  protected override begin(key: RoomKey, request: RoomRequest, incarnation: string): Begun | undefined {
    // A join that asks for nothing has to respect its options.
    if (!creates(request) && request.do !== "join") return undefined;
    const tracked = this.tracked.get(roomText(key)) ?? this.read(key);
    if (!tracked?.asleep) {
      if (tracked) Object.assign(tracked, { storedVersion: undefined, isKept: false });
      return super.begin(key, request, incarnation);
    }
    const room = new RoomReplica(key, this.state.open, [], tracked.asleep);
    tracked.asleep = undefined;
    const holders = holdersOf(request, incarnation);
    room.wake(holders);
    return { room: this.add(room, holders), isNew: false };
  }

  protected override changed(room: RoomReplica): void {
    const { key } = room;
    const tracked =
      this.tracked.get(roomText(key)) ?? this.track(key, { storedVersion: undefined, isKept: false, changed: 0 });
    if (room.isChanged) {
      room.isChanged = false;
      tracked.isKept = true;
      tracked.changed = this.at;
    }
    this.mark(tracked);
    super.changed(room);
  }

  protected override end(room: RoomReplica): void {
    const tracked = this.tracked.get(roomText(room.key));
    if (tracked?.isKept) {
      tracked.asleep = room.fallAsleep();
      room.isChanged = false;
    }
    const { version, term } = room.state;
    // A room that was read from the storage does not know whether it has changed, so none of them decides by that.
    this.state.restore({ version: version + 1, term });
    super.end(room);
  }

  private expire(key: RoomKey, { version, age }: Extract<RoomRequest, { do: "expire" }>): void {
    const tracked = this.tracked.get(roomText(key)) ?? this.read(key);
    if (!tracked?.asleep) return;
    const { state } = tracked.asleep;
    if (state.version === version && this.at - tracked.changed >= age) {
      tracked.asleep = undefined;
      this.mark(tracked);
    } else this.letGo(tracked);
  }

  private read(key: RoomKey): Tracked | undefined {
    const stored = this.store.load(key);
    if (!stored) return undefined;
    const { version: storedVersion, isKept, changed } = stored;
    const tracked = this.track(key, { storedVersion, isKept, changed });
    tracked.asleep = replicaOf(key, stored);
    return tracked;
  }

  private track(key: RoomKey, facts: ReplicaFacts): Tracked {
    const tracked: Tracked = { ...facts, key, asleep: undefined, isDirty: false, underWay: 0 };
    this.tracked.set(roomText(key), tracked);
    return tracked;
  }

  private mark(tracked: Tracked): void {
    tracked.isDirty = true;
    this.dirty.add(tracked);
  }

  /** Forgets what the storage has as well. */
  private letGo({ key, isDirty, underWay }: Tracked): void {
    if (!isDirty && underWay === 0 && !this.find(key)) this.tracked.delete(roomText(key));
  }
}
