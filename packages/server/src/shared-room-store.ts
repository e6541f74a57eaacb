import type { LogPosition } from "./cluster/log-part.ts";
import type { StoredKey, StoredRoom } from "./room-store.ts";
import type { RoomKey, StateMarks, StoredRoomOptions, StoringFailure } from "./state.ts";

/** A kept room of a cluster as one node has stored it. The keys are those that belong to no session. */
export interface SharedStoredRoom extends StoredRoom {
  /** State or options have been written, so it outlives its members. */
  readonly isKept: boolean;
  /** What else all nodes know of it, as JSON. */
  readonly detail: string;
}

/** What has changed in a kept room of a cluster. */
export interface SharedRoomUpdate {
  readonly room: RoomKey;
  /** undefined: the room is gone. */
  readonly content:
    | (Omit<SharedStoredRoom, "keys"> & {
        readonly isAwake: boolean;
        readonly keys: readonly StoredKey[];
        /** Keys that were stored before are deleted. */
        readonly isNew: boolean;
      })
    | undefined;
}

/** All that has changed in the kept rooms of a shard of the log up to a position. */
export interface RoomCheckpoint {
  readonly shard: number;
  readonly position: LogPosition;
  readonly marks: StateMarks;
  readonly updates: readonly SharedRoomUpdate[];
}

/** A kept room without members. */
export interface RoomOutline {
  readonly options: StoredRoomOptions;
  /** Of its keys and values. */
  readonly bytes: number;
}

/** A stored room without members, and what says whether it has expired. */
export type IdleRoom = RoomKey & Pick<StoredRoom, "changed" | "version">;

export interface SharedRoomsOwner {
  /** Once a second, and before the end: stores what has changed. */
  due(): void;
  /** What was given to store() is certain; in the order of the checkpoints. */
  stored(rooms: readonly RoomKey[]): void;
  /** The storage holds what another node held. */
  reload(): void;
}

/**
 * Seam: where a node of a cluster stores the kept rooms, so that it goes on from a position of the log after its start. What is not stored
 * yet is in the log, so nothing waits for it. Reads throw KeepUnavailable when the storage fails; writes are repeated until they succeed.
 */
export interface SharedRoomStore {
  listen(owner: SharedRoomsOwner): void;
  /** How long the state of a room without members is kept, in milliseconds, 0 without end; undefined if it is not kept at all. */
  ageOf(room: RoomKey): number | undefined;
  position(shard: number): LogPosition | undefined;
  /** The highest numbers that rooms of a shard have had. */
  marks(shard: number): StateMarks;
  /** Rooms that had members at the position. */
  awake(): Iterable<readonly [RoomKey, SharedStoredRoom]>;
  load(room: RoomKey): SharedStoredRoom | undefined;
  /** Of a room that had no members at the position. */
  outline(room: RoomKey): RoomOutline | undefined;
  /** Some rooms without members, in turn: all of them when it is called often enough. */
  idle(): readonly IdleRoom[];
  /** Everything in a checkpoint is stored together; the log waits for the promise. */
  store(checkpoint: RoomCheckpoint): Promise<void> | undefined;
  /** Why this node proposes nothing that needs more storage. */
  obstacleTo(change: { readonly isNew: boolean; readonly isGrowing: boolean }): StoringFailure | undefined;
  failed(reason: string): void;
  /** Everything that is stored, for another node. */
  copy(): AsyncIterable<Uint8Array>;
  restore(copy: AsyncIterable<Uint8Array>): Promise<void>;
}
