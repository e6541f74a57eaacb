import type { RoomAddress, RoomOptions, StateWrite } from "@achex/protocol";

/** The room that a state belongs to. */
export interface RoomKey extends RoomAddress {
  readonly instance: string;
}

/** The options of a room as the server keeps them. */
export interface StoredRoomOptions extends Omit<RoomOptions, "password"> {
  /** Digest of the password, so that neither memory nor a file of saved rooms shows it. */
  readonly passwordDigest: string | null;
}

export const defaultRoomOptions: StoredRoomOptions = {
  capacity: 0,
  seats: 0,
  passwordDigest: null,
  closed: false,
  grace: 5,
};

/** Why something could not be stored (PROTOCOL.md R141, R148). */
export type StoringFailure = "keep-busy" | "keep-failed" | "keep-full";

/** What changed from one version of a room's state to a later one, as JSON. */
export interface StateChange {
  readonly version: number;
  /** An object with the values that were set. Empty text when there are none. */
  readonly values: string;
  /** A list of the keys that were deleted. Empty text when there are none. */
  readonly deleted: string;
}

/** What a write results in. A rejected write has changed nothing, and nobody is sent anything of it. */
export type WriteOutcome =
  | {
      readonly kind: "written";
      /** The version after it. */
      readonly version: number;
      /** The new values of incremented keys. */
      readonly sums: ReadonlyMap<string, number>;
    }
  | { readonly kind: "stale-term"; readonly term: number }
  | {
      readonly kind: "state-conflict";
      readonly key: string;
      readonly version: number;
      /** As JSON; undefined when the key does not exist. */
      readonly value: string | undefined;
    }
  | { readonly kind: "not-owner" | "not-a-number" | "state-full" }
  | { readonly kind: StoringFailure };

/** What a change of options results in. */
export type OptionsOutcome = { readonly kind: "set" } | { readonly kind: StoringFailure };

/** Receives what happened to the state of a room, in the one order in which it happened. */
export interface StateSink {
  changed(change: StateChange): void;
  /** `host` is a session id; undefined when the room has no host now. */
  hostChanged(host: number | undefined, term: number): void;
  optionsChanged(): void;
}

/** What the followers of a room have been told, besides its map. */
export interface ShownRoom {
  readonly host: number | undefined;
  readonly term: number;
  readonly options: StoredRoomOptions;
}

/** The state of a room as plain data, for a restart. */
export interface SavedState {
  readonly version: number;
  /** Differences since earlier versions are not possible. */
  readonly pruned: number;
  readonly host: number | undefined;
  readonly term: number;
  readonly entries: readonly {
    readonly key: string;
    readonly text: string;
    readonly version: number;
    readonly owner?: number;
  }[];
  readonly tombstones: readonly (readonly [key: string, version: number])[];
}

export interface SavedRoomState extends SavedState {
  readonly options: StoredRoomOptions;
}

/**
 * The state, host, term and options of one room (PROTOCOL.md R102 to R107, R112, R114, R120). Host, term and options are those that
 * the next request has to respect; the sink may be called for their latest changes later, in order with those of the map.
 */
export interface RoomState {
  /** Grows with each change. */
  readonly version: number;
  /** Grows with each change of the host; 0 before the first. */
  readonly term: number;
  readonly host: number | undefined;
  readonly options: StoredRoomOptions;
  readonly shown: ShownRoom;
  /** Writes for a session, all or nothing. The sink has been called when the outcome is known. */
  write(write: StateWrite, session: number): WriteOutcome | Promise<WriteOutcome>;
  /** Deletes the keys that belong to a session. */
  release(session: number): void;
  setHost(session: number | undefined): void;
  setOptions(options: StoredRoomOptions): OptionsOutcome | Promise<OptionsOutcome>;
  /** What changed since an earlier version; undefined when that is no longer known. The whole map with `"all"`. */
  since(version: number | "all"): StateChange | undefined;
  save(): SavedState;
  /** The room has no members any more: frees its memory. */
  close(): void;
}

/** The highest version of any room that is gone, and the highest term of any room. */
export interface StateMarks {
  readonly version: number;
  readonly term: number;
}

/**
 * Rooms whose state outlives their members and the process (PROTOCOL.md R148). What is written to them is confirmed, and the sink is
 * called, after it has been stored.
 */
export interface KeptRooms {
  keeps(room: RoomKey): boolean;
  /**
   * Reads a room that is about to get its first member, so that open() finds it. Returns its options and the bytes that were read; no
   * options if nothing is stored of it.
   */
  prepare(room: RoomKey): { readonly options: StoredRoomOptions | undefined; readonly bytes: number } | StoringFailure;
  /** Stores the options of a room, unless something is stored of it already. */
  create(room: RoomKey, options: StoredRoomOptions): Promise<OptionsOutcome | { readonly kind: "exists" }>;
  /** Resolves when everything that waits has been stored. */
  settled(): Promise<void>;
  /** Due once a second: deletes rooms that nobody has used for long. */
  tick(): void;
}

/**
 * Seam: holds the states of rooms and gives all their changes one order. Writes of one session are done in the order in which
 * they were made. Versions and terms of a room are higher than those of earlier rooms with the same key.
 */
export interface State {
  open(room: RoomKey, sink: StateSink, saved?: SavedRoomState): RoomState;
  /** undefined if every state ends with the members of its room. */
  readonly kept: KeptRooms | undefined;
  readonly marks: StateMarks;
  /** After a restart, before any room is opened. */
  restore(marks: StateMarks): void;
  /** What all rooms hold, for metrics. */
  readonly keys: number;
  readonly bytes: number;
}
