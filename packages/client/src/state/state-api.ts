import type { Data } from "../json.ts";

/** The keys that a room's state may have. */
export type KeyIn<State> = keyof State & string;

export interface WriteOptions {
  /**
   * The keys belong to this client: nobody else can write them, and the server removes them when this client has left the room.
   * Default false: they belong to the room, also if they belonged to this client before.
   */
  readonly own?: boolean;
  /** Write only if the room still has this term: rejected with `stale-term` once another host was named. */
  readonly term?: number;
  /**
   * Write only if nobody has written these keys after this version of the room; otherwise rejected with `state-conflict`. 0 means that
   * they must not exist.
   */
  readonly unchangedSince?: number;
  /** Drop the write rather than queue it while the client is not connected. Default false. */
  readonly ifConnected?: boolean;
}

/** What was written. */
export interface Written {
  /** Version of the room with this write. */
  readonly version: number;
  /** It was not sent, because the client is not connected (`ifConnected`). */
  readonly dropped?: boolean;
}

/** Keys were written or removed. */
export interface StateChange<State = Data> {
  readonly keys: readonly KeyIn<State>[];
  readonly version: number;
  /** The whole map has arrived: after joining, and after some reconnections. */
  readonly whole: boolean;
}

export interface StateEvents<State> {
  /** Once for each write, or once for several if this client is slow or was disconnected. */
  change: StateChange<State>;
}

/**
 * The shared state of a room: a map from keys to JSON values, held by the relay as long as the room has members. A client that joins with
 * `{ state: true }` receives the whole map, then each change. All members see the same order of changes. A write changes the map of its
 * writer like that of everybody else, when the server has accepted it. The values are frozen.
 *
 * @example
 * const { state } = ann.hub("game");
 * await ann.hub("game").join({ state: true });
 * await state.increment("score");
 * console.log(state.get("score"));
 */
export interface RoomState<State = Data> extends Iterable<[KeyIn<State>, State[KeyIn<State>]]> {
  /** Number of keys. */
  readonly size: number;
  /** Version of the room that this copy has; it grows with each write. 0 before the first map. */
  readonly version: number;
  get<K extends KeyIn<State>>(key: K): State[K] | undefined;
  has(key: KeyIn<State>): boolean;
  /** The keys that begin with `prefix` (all of them by default), with their values. */
  entries(prefix?: string): IterableIterator<[KeyIn<State>, State[KeyIn<State>]]>;
  /** All values as one frozen object, the same until something changes. */
  snapshot(): Readonly<Partial<State>>;
  /** Writes one key. Resolves when the change shows here; undefined as value removes the key. */
  set<K extends KeyIn<State>>(key: K, value: State[K] | undefined, options?: WriteOptions): Promise<Written>;
  /** Writes several keys at once: everybody sees all of them or none. */
  set(values: { readonly [K in KeyIn<State>]?: State[K] | undefined }, options?: WriteOptions): Promise<Written>;
  /** Removes one key, or several at once. A key that does not exist is not an error. */
  delete(key: KeyIn<State> | readonly KeyIn<State>[], options?: WriteOptions): Promise<Written>;
  /** Adds to a number; a key that does not exist counts as 0. Resolves with the new number. Increments of several members add up. */
  increment(key: KeyIn<State>, by?: number, options?: WriteOptions): Promise<number>;
  /**
   * Writes what `fn` makes of the current value, and calls it again if somebody else has written the key in the meantime. Resolves with
   * the new value. If `fn` returns undefined, nothing is written. Requires a room that was joined with `{ state: true }`.
   */
  update<K extends KeyIn<State>>(
    key: K,
    fn: (value: State[K] | undefined) => State[K] | undefined,
    options?: Omit<WriteOptions, "unchangedSince" | "ifConnected">,
  ): Promise<State[K] | undefined>;
  on<E extends keyof StateEvents<State>>(type: E, listener: (event: StateEvents<State>[E]) => void): () => void;
  /** Calls the listener after each change. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void;
}
