import type { RoomKey, StateMarks, StoredRoomOptions, StoringFailure } from "./state.ts";

/** A key of a kept room. */
export interface StoredKey {
  readonly key: string;
  /** The value as JSON; null if the key was deleted. */
  readonly text: string | null;
  /** Version of the room in which it was written. */
  readonly version: number;
}

/** A kept room as it is stored: without keys that belong to sessions. */
export interface StoredRoom {
  readonly version: number;
  readonly options: StoredRoomOptions;
  /** Time of the last change in milliseconds since 1970. */
  readonly changed: number;
  readonly keys: readonly (StoredKey & { readonly text: string })[];
}

/** What has changed in a kept room. */
export interface RoomUpdate extends Omit<StoredRoom, "keys"> {
  readonly room: RoomKey;
  readonly keys: readonly StoredKey[];
  /** Keys that were stored before are deleted. */
  readonly isNew: boolean;
  /** Called once, in the order of the updates of a room. */
  readonly settled: (failure: StoringFailure | undefined) => void;
}

/** A stored room, without what it holds. */
export type StoredRoomSummary = RoomKey & Pick<StoredRoom, "changed" | "version">;

/** Seam: where the rooms are stored whose state outlives their members. Reads throw KeepUnavailable when the storage fails. */
export interface RoomStore {
  load(room: RoomKey): StoredRoom | undefined;
  /** Returns why an update is rejected at once; then `settled` is not called. */
  store(update: RoomUpdate): StoringFailure | undefined;
  /** Deletes a room; calls back when that is certain, or has failed. */
  remove(room: RoomKey, settled: () => void): void;
  /** Some rooms, in turn: all of them when it is called often enough. */
  some(): readonly StoredRoomSummary[];
  /** Notes a term before it is given out, so that it is never given out again. */
  noteTerm(term: number): void;
  /** No room that was ever stored had a higher term, or is gone and had a higher version. */
  readonly marks: StateMarks;
}
