import { kindOf } from "../frames.ts";
import { type Data, dataFrom, isData, numberFrom } from "../json.ts";

interface Entry {
  readonly value: unknown;
  /** As received, before a schema has read it. */
  readonly raw: unknown;
  /** Session id of the member it belongs to; undefined if it belongs to the room. */
  readonly owner: number | undefined;
}

export interface ReplicaChange {
  readonly keys: readonly string[];
  /** It replaced the whole map. */
  readonly whole: boolean;
}

/** Checks a received value; throws if it must not be shown. */
export type ReadValue = (key: string, value: unknown) => unknown;

/**
 * This client's copy of a room's state, built from the `$state` frames of the server (PROTOCOL.md R100). It does not send anything.
 * In a Map and in objects without a prototype, because members may choose keys such as `__proto__`.
 */
export class StateReplica {
  /** Version of the room that this copy has completely; 0 before the first map. */
  version = 0;
  readonly #read: ReadValue;
  #entries = new Map<string, Entry>();
  #snapshot: Readonly<Data> | undefined;
  /** Parts of an update whose last part has not arrived: nobody may see half of it. */
  #parts: Data[] = [];

  constructor(read: ReadValue = (_, value) => value) {
    this.#read = read;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): unknown {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  ownerOf(key: string): number | undefined {
    return this.#entries.get(key)?.owner;
  }

  *entries(prefix: string): IterableIterator<[string, unknown]> {
    for (const [key, { value }] of this.#entries) if (key.startsWith(prefix)) yield [key, value];
  }

  /** The same object until something changes, as React's useSyncExternalStore needs it. */
  get snapshot(): Readonly<Data> {
    if (!this.#snapshot) {
      const values: Data = Object.create(null);
      for (const [key, { value }] of this.#entries) values[key] = value;
      this.#snapshot = Object.freeze(values);
    }
    return this.#snapshot;
  }

  /** Applies the content of a `$state` frame. Returns what has changed; undefined if nothing has, or if more parts follow. */
  apply(frame: Data): ReplicaChange | undefined {
    this.#parts.push(frame);
    if (frame.more === true) return undefined;
    const parts = this.#parts.splice(0);
    const version = numberFrom(frame.version);
    const whole = parts.some((part) => part.whole === true);
    // What it already has arrives again when a catch-up overlaps with a change.
    if (version === undefined || (!whole && version <= this.version)) return undefined;
    this.version = version;
    const before = this.#entries;
    if (whole) this.#entries = new Map();
    const keys = new Set<string>();
    for (const { values, deleted, owners } of parts) {
      for (const [key, value] of Object.entries(dataFrom(values))) {
        // The others keep their objects: after a reconnection, few values of a whole map are new.
        const old = whole ? before.get(key) : undefined;
        if (this.#put(key, value, numberFrom(dataFrom(owners)[key]), old)) keys.add(key);
      }
      if (Array.isArray(deleted)) for (const key of deleted) if (this.#entries.delete(key)) keys.add(key);
    }
    if (whole) for (const key of before.keys()) if (!this.#entries.has(key)) keys.add(key);
    if (keys.size > 0) this.#snapshot = undefined;
    return { keys: [...keys], whole };
  }

  clear(): void {
    this.version = 0;
    this.#entries = new Map();
    this.#snapshot = undefined;
    this.#parts = [];
  }

  /** false if the same value was there before. */
  #put(key: string, raw: unknown, owner: number | undefined, old: Entry | undefined): boolean {
    const same = old && JSON.stringify(old.raw) === JSON.stringify(raw);
    try {
      this.#entries.set(key, same ? { ...old, owner } : { value: frozen(this.#read(key, frozen(raw))), raw, owner });
      return !same || owner !== old.owner;
    } catch {
      return this.#entries.delete(key);
    }
  }
}

/** Deeply frozen: a program that changed a value in place would see a state that nobody else sees. */
function frozen<T>(value: T): T {
  if (Array.isArray(value) || (isData(value) && kindOf(value) === "Object")) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}
