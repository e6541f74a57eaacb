import { isJsonObject, type JsonObject } from "@achex/protocol";
import { keyOf, type Room } from "../achex2/state.ts";
import type { StateWrite } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";

interface Entry {
  readonly value: unknown;
  /** The session it belongs to. */
  readonly owner: number | undefined;
}

/** A room from its first member to its last. Versions count its changes from 0; the server starts at a number of its own. */
export class ModelRoom {
  readonly entries = new Map<string, Entry>();
  /** The change that last set or deleted a key. */
  readonly changed = new Map<string, number>();
  /** The map after each change, as JSON with sorted keys. */
  readonly history: string[] = ["{}"];
  /** Followers that want to be host, or do not, in the order in which they began to follow. */
  readonly followers = new Map<number, { wants: boolean }>();
  /** The server's version before the first change, once a client or a result has shown it. */
  base: number | undefined;

  constructor(
    readonly room: Room,
    /** A version that an earlier room of this name has reached. */
    readonly above: number,
  ) {}

  get version(): number {
    return this.history.length - 1;
  }

  /** The server has shown that this version is its number for the change `change`. Returns what is wrong with that. */
  learn(version: number, change: number): string | undefined {
    this.base ??= version - change;
    if (this.base + change !== version)
      return `version ${version} is change ${change} of ${keyOf(this.room)}, from ${this.base}`;
    return this.base > this.above ? undefined : `${keyOf(this.room)} starts at ${this.base}, below ${this.above}`;
  }

  /** Ends a change. */
  commit(): void {
    const sorted = [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    this.history.push(mapText(sorted.map(([key, { value }]) => [key, value])));
  }
}

/** A map as text that is the same for the same contents; not an object, because `__proto__` is a key like any other. */
export const mapText = (entries: readonly (readonly [string, unknown])[]): string =>
  entries.length === 0 ? "{}" : JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** The state of all rooms (PROTOCOL.md R100 to R106): a second, simple implementation. */
export class ModelRooms {
  /** Rooms that exist, and for each name all that have existed. */
  private readonly rooms = new Map<string, ModelRoom>();
  readonly all = new Map<string, ModelRoom[]>();
  /** Which session was host in which term of which room, as any client has seen it. */
  readonly hosts = new Map<string, number | undefined>();
  /** What is wrong with the reply to a frame, by its reference. */
  readonly replies = new Map<number, (frame: JsonObject) => string | undefined>();

  /** `termOf` returns the term that the server says a room has. */
  constructor(readonly termOf: (room: Room) => number | undefined) {}

  find(room: Room): ModelRoom | undefined {
    return this.rooms.get(keyOf(room));
  }

  entered(room: Room): void {
    const key = keyOf(room);
    if (this.rooms.has(key)) return;
    const earlier = this.all.get(key) ?? [];
    // Two rooms may share the version at which both are empty: nobody can tell them apart there.
    const reached = earlier.map(({ base = 0, version }) => base + version - (version === 0 ? 1 : 0));
    const one = new ModelRoom(room, Math.max(-1, ...reached));
    this.rooms.set(key, one);
    this.all.set(key, [...earlier, one]);
  }

  follow({ id }: ModelSession, room: Room, follows: boolean | undefined, wants: boolean | undefined): void {
    const followers = this.find(room)?.followers;
    if (follows === false) followers?.delete(id);
    else if (follows === true && !followers?.has(id)) followers?.set(id, { wants: wants ?? true });
    const follower = followers?.get(id);
    if (follower && wants !== undefined) follower.wants = wants;
  }

  /** A session has left, with `members` others left. Its own keys go with it. */
  left({ id }: ModelSession, room: Room, members: number): void {
    const one = this.find(room);
    one?.followers.delete(id);
    if (members === 0) this.rooms.delete(keyOf(room));
    const own = [...(one?.entries ?? [])].filter(([, { owner }]) => owner === id);
    if (own.length === 0) return;
    for (const [key] of own) this.delete(one, key);
    one?.commit();
  }

  /** A write of a member. What it results in is checked when the reply arrives. */
  write({ id }: ModelSession, ref: number, write: StateWrite): void {
    const one = this.find(write.room);
    if (!one) throw new Error(`${keyOf(write.room)} has members and does not exist`);
    const faults: string[] = [...this.faultsOf(one, id, write)];
    const sums = faults.length === 0 ? this.apply(one, id, write) : [];
    const change = one.version;
    this.replies.set(ref, ({ $result, $fault }) => {
      if (faults.length > 0) {
        const code = isJsonObject($fault) ? String($fault.code) : "none";
        return faults.includes(code) ? undefined : `its fault is ${code} and not ${faults}`;
      }
      if (!isJsonObject($result)) return "it was rejected";
      const values = isJsonObject($result.values) ? Object.entries($result.values) : [];
      if (mapText(values) !== mapText(sums)) return `the values are ${mapText(values)} instead of ${mapText(sums)}`;
      return one.learn(Number($result.version), change);
    });
  }

  /** Whether a term is no longer that of a room. */
  isStale(room: Room, term: number): boolean {
    return term === 0 || term !== this.termOf(room);
  }

  private apply(one: ModelRoom, id: number, write: StateWrite): readonly (readonly [string, number])[] {
    const next = one.version + 1;
    const set = (key: string, value: unknown) => {
      one.entries.set(key, { value, owner: write.own ? id : undefined });
      one.changed.set(key, next);
    };
    for (const [key, value] of write.values) set(key, value);
    const sums = write.increment.map(([key, by]) => [key, Number(one.entries.get(key)?.value ?? 0) + by] as const);
    for (const [key, sum] of sums) set(key, sum);
    const isDeleting = write.deleted.filter((key) => this.delete(one, key)).length > 0;
    if (isDeleting || write.values.length + sums.length > 0) one.commit();
    return sums;
  }

  private *faultsOf(one: ModelRoom, id: number, { values, increment, deleted, ifs, term, room }: StateWrite) {
    if (term !== undefined && this.isStale(room, term)) yield "stale-term";
    for (const key of [...values, ...increment].map(([name]) => name).concat(deleted)) {
      const owner = one.entries.get(key)?.owner;
      if (owner !== undefined && owner !== id) yield "not-owner";
    }
    for (const [key, version] of ifs) {
      const isChanged = version === 0 ? one.entries.has(key) : (one.changed.get(key) ?? 0) > version - (one.base ?? 0);
      if (isChanged) yield "state-conflict";
    }
    for (const [key] of increment) {
      const value = one.entries.get(key)?.value;
      if (value !== undefined && typeof value !== "number") yield "not-a-number";
    }
  }

  private delete(one: ModelRoom | undefined, key: string): boolean {
    if (!one?.entries.delete(key)) return false;
    one.changed.set(key, one.version + 1);
    return true;
  }
}
