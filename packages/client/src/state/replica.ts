import { kindOf } from "../frames.ts";
import { type Data, dataFrom, isData } from "../json.ts";

interface Entry {
  readonly value: unknown;
  /** As received, before a schema has read it. */
  readonly raw: unknown;
}

export interface ReplicaChange {
  readonly keys: readonly string[];
  /** It replaced the whole map. */
  readonly whole: boolean;
}

/** Checks a received value; throws if it must not be shown. */
export type ReadValue = (key: string, value: unknown) => unknown;

/**
 * This client's copy of a room's state, built from the `$state` frames of the server (PROTOCOL.md R102). It does not send anything.
 * In a Map and in objects without a prototype, because members may choose keys such as `__proto__`.
 */
export class StateReplica {
  /** Version of the room that this copy equals; undefined before the first map. */
  version: number | undefined;
  readonly #read: ReadValue;
  #entries = new Map<string, Entry>();
  #snapshot: Readonly<Data> | undefined;

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

  /** Applies the content of a `$state` frame. Returns what has changed; undefined if the frame is not newer than this copy. */
  apply({ version, whole, values, deleted }: Data): ReplicaChange | undefined {
    if (typeof version !== "number") return undefined;
    // After a resume, a difference may begin before what this copy already has (R108).
    if (whole !== true && version <= (this.version ?? Number.POSITIVE_INFINITY)) return undefined;
    this.version = version;
    const before = this.#entries;
    if (whole === true) this.#entries = new Map();
    const keys = new Set<string>();
    for (const [key, value] of Object.entries(dataFrom(values)))
      if (this.#put(key, value, before.get(key))) keys.add(key);
    if (Array.isArray(deleted)) for (const key of deleted) if (this.#entries.delete(key)) keys.add(key);
    if (whole === true) for (const key of before.keys()) if (!this.#entries.has(key)) keys.add(key);
    if (keys.size > 0) this.#snapshot = undefined;
    return { keys: [...keys], whole: whole === true };
  }

  clear(): void {
    this.version = undefined;
    this.#entries = new Map();
    this.#snapshot = undefined;
  }

  /** false if the same value was there before. Then its object stays, so that few values of a whole map are new after a reconnection. */
  #put(key: string, raw: unknown, old: Entry | undefined): boolean {
    if (old && JSON.stringify(old.raw) === JSON.stringify(raw)) {
      this.#entries.set(key, old);
      return false;
    }
    try {
      this.#entries.set(key, { value: frozen(this.#read(key, frozen(raw))), raw });
      return true;
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
