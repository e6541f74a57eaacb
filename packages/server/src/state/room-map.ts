import { achex2Limits, type StateWrite, utf8Length } from "@achex/protocol";
import type { SavedState, StateChange, WriteOutcome } from "../state.ts";

export interface Entry {
  /** The key as JSON. */
  readonly name: string;
  /** The value as JSON. */
  readonly text: string;
  readonly version: number;
  /** The session it belongs to; undefined when it belongs to the room. */
  readonly owner: number | undefined;
  /** UTF-8 bytes of key and value. */
  readonly bytes: number;
}

/** Deletions that are remembered, so that a reader that has not seen them can be sent a difference. */
const MAX_TOMBSTONES = achex2Limits.stateKeys;
/** Memory of a key besides its bytes. */
const KEY_OVERHEAD = 160;
const TOMBSTONE_OVERHEAD = 96;

type Rejected = Exclude<WriteOutcome, { kind: "written" | "stale-term" }>;

/** What a write would do; found before anything is changed. */
interface Plan {
  readonly entries: ReadonlyMap<string, { readonly text: string; readonly bytes: number }>;
  readonly deletions: readonly string[];
  readonly sums: ReadonlyMap<string, number>;
}

/** What a change put into the map and took out of it, so that it can be applied to another copy of the map. */
export interface MapStep {
  readonly version: number;
  readonly entered: readonly (readonly [key: string, entry: Entry])[];
  readonly deletions: readonly string[];
}

/**
 * Text of its own. A part of a frame's text would keep the whole frame in memory: up to 1 MiB for a value of one byte. Frames
 * are valid UTF-8, so nothing changes.
 */
const detached = (text: string): string => Buffer.from(text).toString();

/**
 * The map of a room with versions (PROTOCOL.md R102 to R107). Pure: the same writes in the same order lead to the same map on
 * every node.
 */
export class RoomMap {
  /** Called with each change, if it is to be applied elsewhere as well. */
  journal: ((step: MapStep) => void) | undefined;
  private entries = new Map<string, Entry>();
  /** Versions of deletions; oldest first. */
  private tombstones = new Map<string, number>();
  private keysByOwner = new Map<number, Set<string>>();
  private entryBytes = 0;
  private tombstoneBytes = 0;
  /** Deletions up to this version may have been forgotten. */
  private pruned: number;
  /** The version at which it was new and empty. */
  private first: number;

  constructor(public version: number) {
    this.pruned = version;
    this.first = version;
  }

  get keys(): number {
    return this.entries.size;
  }

  /** Memory that the map holds, about. */
  get memory(): number {
    const { entries, tombstones } = this;
    return this.entryBytes + entries.size * KEY_OVERHEAD + this.tombstoneBytes + tombstones.size * TOMBSTONE_OVERHEAD;
  }

  /** Does a write, unless it is rejected; the change is undefined when nothing is different after it. */
  write(
    write: StateWrite,
    session: number,
  ): Rejected | { readonly kind: "written"; readonly sums: Plan["sums"]; readonly change: StateChange | undefined } {
    const obstacle = this.conflictOf(write) ?? this.ownershipObstacle(write, session);
    if (obstacle) return obstacle;
    const plan = this.planOf(write);
    if ("kind" in plan) return plan;
    if (!this.hasRoomFor(plan)) return { kind: "state-full" };
    return { kind: "written", sums: plan.sums, change: this.commit(plan, write.own ? session : undefined) };
  }

  /** Deletes the keys of a session. */
  release(session: number): StateChange | undefined {
    const keys = this.keysByOwner.get(session);
    return keys && this.commit({ entries: new Map(), deletions: [...keys], sums: new Map() }, undefined);
  }

  since(version: number | "all"): StateChange | undefined {
    const all = version === "all";
    if (!all && (version < this.pruned || version > this.version)) return undefined;
    const values: string[] = [];
    for (const entry of this.entries.values())
      if (all || entry.version > version) values.push(`${entry.name}:${entry.text}`);
    const deleted: string[] = [];
    if (!all) for (const [key, at] of this.tombstones) if (at > version) deleted.push(JSON.stringify(key));
    return this.changeOf(values, deleted);
  }

  save(): Pick<SavedState, "version" | "pruned" | "entries" | "tombstones"> {
    const entries = Array.from(this.entries, ([key, { text, version, owner }]) => ({
      key,
      text,
      version,
      ...(owner !== undefined && { owner }),
    }));
    return { version: this.version, pruned: this.pruned, entries, tombstones: [...this.tombstones] };
  }

  /** The room has been at another version than the one it began with. */
  get hasChanged(): boolean {
    return this.version !== this.first;
  }

  restore({ version, pruned, entries, tombstones }: ReturnType<RoomMap["save"]>): void {
    this.version = version;
    this.first = Number.NaN;
    this.pruned = pruned;
    for (const { key, text, version: at, owner } of entries) this.put(key, text, at, owner);
    for (const [key, at] of tombstones) this.bury(key, at);
  }

  /** Does what was done to another copy of the map. */
  apply({ version, entered, deletions }: MapStep): void {
    this.version = version;
    for (const [key, entry] of entered) this.place(key, entry);
    for (const key of deletions) {
      this.remove(key);
      this.bury(key, version);
    }
  }

  /** Becomes a copy of another map. */
  copyFrom(other: RoomMap): void {
    this.entries = new Map(other.entries);
    this.tombstones = new Map(other.tombstones);
    this.keysByOwner = new Map(Array.from(other.keysByOwner, ([owner, keys]) => [owner, new Set(keys)]));
    const { entryBytes, tombstoneBytes, pruned, first, version } = other;
    Object.assign(this, { entryBytes, tombstoneBytes, pruned, first, version });
  }

  private conflictOf({ conditions }: StateWrite): Rejected | undefined {
    for (const [key, expected] of conditions) {
      const entry = this.entries.get(key);
      // A deletion that was forgotten happened at the latest at `pruned`.
      const changed = entry?.version ?? this.tombstones.get(key) ?? (expected < this.pruned ? this.pruned : 0);
      const holds = expected === 0 ? entry === undefined : changed <= expected;
      if (!holds) return { kind: "state-conflict", key, version: changed, value: entry?.text };
    }
    return undefined;
  }

  private ownershipObstacle({ values, deletions, increments }: StateWrite, session: number): Rejected | undefined {
    if (this.keysByOwner.size === 0) return undefined;
    for (const keys of [values.keys(), deletions, increments.keys()]) {
      for (const key of keys) {
        const owner = this.entries.get(key)?.owner;
        if (owner !== undefined && owner !== session) return { kind: "not-owner" };
      }
    }
    return undefined;
  }

  private planOf({ values, deletions, increments }: StateWrite): Plan | Rejected {
    const entries = new Map<string, { text: string; bytes: number }>();
    const add = (key: string, text: string) => entries.set(key, { text, bytes: utf8Length(key) + utf8Length(text) });
    for (const [key, text] of values) add(key, text);
    const sums = new Map<string, number>();
    for (const [key, by] of increments) {
      const before: unknown = JSON.parse(this.entries.get(key)?.text ?? "0");
      const sum = typeof before === "number" ? before + by : Number.NaN;
      if (!Number.isFinite(sum)) return { kind: "not-a-number" };
      sums.set(key, sum);
      add(key, JSON.stringify(sum));
    }
    return { entries, deletions: deletions.filter((key) => this.entries.has(key)), sums };
  }

  private hasRoomFor({ entries, deletions }: Plan): boolean {
    let keys = this.entries.size - deletions.length;
    let bytes = this.entryBytes;
    for (const key of deletions) bytes -= this.entries.get(key)?.bytes ?? 0;
    for (const [key, entry] of entries) {
      const before = this.entries.get(key);
      if (!before) keys++;
      bytes += entry.bytes - (before?.bytes ?? 0);
    }
    // A room that is over a limit, after a restart with another version, can still shrink.
    const { stateKeys, stateBytes } = achex2Limits;
    return keys <= Math.max(stateKeys, this.entries.size) && bytes <= Math.max(stateBytes, this.entryBytes);
  }

  private commit({ entries, deletions }: Plan, owner: number | undefined): StateChange | undefined {
    if (entries.size + deletions.length === 0) return undefined;
    this.version++;
    const values: string[] = [];
    const entered: (readonly [string, Entry])[] | undefined = this.journal && [];
    for (const [key, { text }] of entries) {
      const entry = this.put(key, detached(text), this.version, owner);
      values.push(`${entry.name}:${entry.text}`);
      entered?.push([key, entry]);
    }
    const deleted: string[] = [];
    for (const key of deletions) {
      const entry = this.remove(key);
      if (entry) deleted.push(entry.name);
      this.bury(key, this.version);
    }
    if (entered) this.journal?.({ version: this.version, entered, deletions });
    return this.changeOf(values, deleted);
  }

  private changeOf(values: readonly string[], deleted: readonly string[]): StateChange {
    return {
      version: this.version,
      values: values.length > 0 ? `{${values.join(",")}}` : "",
      deleted: deleted.length > 0 ? `[${deleted.join(",")}]` : "",
    };
  }

  private put(key: string, text: string, version: number, owner: number | undefined): Entry {
    const name = this.entries.get(key)?.name ?? JSON.stringify(key);
    const entry: Entry = { name, text, version, owner, bytes: utf8Length(key) + utf8Length(text) };
    this.place(key, entry);
    return entry;
  }

  private place(key: string, entry: Entry): void {
    this.remove(key);
    this.entries.set(key, entry);
    this.entryBytes += entry.bytes;
    const { owner } = entry;
    if (owner !== undefined) this.keysByOwner.getOrInsertComputed(owner, () => new Set()).add(key);
    if (this.tombstones.delete(key)) this.tombstoneBytes -= utf8Length(key);
  }

  private remove(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entryBytes -= entry.bytes;
    const { owner } = entry;
    const owned = owner === undefined ? undefined : this.keysByOwner.get(owner);
    owned?.delete(key);
    if (owner !== undefined && owned?.size === 0) this.keysByOwner.delete(owner);
    return entry;
  }

  private bury(key: string, version: number): void {
    this.tombstones.set(key, version);
    this.tombstoneBytes += utf8Length(key);
    for (const [oldest, at] of this.tombstones) {
      if (this.tombstones.size <= MAX_TOMBSTONES) return;
      this.tombstones.delete(oldest);
      this.tombstoneBytes -= utf8Length(oldest);
      this.pruned = at;
    }
  }
}
