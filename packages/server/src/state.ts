import type { RoomAddress, StateWrite } from "@achex/protocol";

/** The room that a state belongs to. */
export interface RoomKey extends RoomAddress {
  readonly instance: string;
}

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
  | { readonly kind: "not-owner" | "not-a-number" | "state-full" };

/** Receives what happened to the state of a room, in the one order in which it happened. */
export interface StateSink {
  changed(change: StateChange): void;
  /** `host` is a session id; undefined when the room has no host now. */
  hostChanged(host: number | undefined, term: number): void;
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

/** The state, host and term of one room (PROTOCOL.md R102 to R107, R112, R114). */
export interface RoomState {
  /** Grows with each change. */
  readonly version: number;
  /** Grows with each change of the host; 0 before the first. */
  readonly term: number;
  readonly host: number | undefined;
  /** Writes for a session, all or nothing. The sink has been called when the outcome is known. */
  write(write: StateWrite, session: number): WriteOutcome | Promise<WriteOutcome>;
  /** Deletes the keys that belong to a session. */
  release(session: number): void;
  setHost(session: number | undefined): void;
  /** What changed since an earlier version; undefined when that is no longer known. The whole map with `"all"`. */
  since(version: number | "all"): StateChange | undefined;
  save(): SavedState;
  /** The room is gone: frees its memory. */
  close(): void;
}

/** The highest version of any room that is gone, and the highest term of any room. */
export interface StateMarks {
  readonly version: number;
  readonly term: number;
}

/**
 * Seam: holds the states of rooms and gives all their changes one order. Writes of one session are done in the order in which
 * they were made. Versions and terms of a room are higher than those of earlier rooms with the same key.
 */
export interface State {
  open(room: RoomKey, sink: StateSink, saved?: SavedState): RoomState;
  readonly marks: StateMarks;
  /** After a restart, before any room is opened. */
  restore(marks: StateMarks): void;
  /** What all rooms hold, for metrics. */
  readonly keys: number;
  readonly bytes: number;
}
