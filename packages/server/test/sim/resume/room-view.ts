import { isJsonObject, type JsonObject } from "@achex/protocol";
import { keyOf, type Room } from "../achex2/state.ts";
import { type ModelRooms, mapText } from "./model-rooms.ts";

interface KnownRoom {
  readonly values: Map<string, unknown>;
  version: number;
  term: number;
  host: number | undefined;
}

const roomIn = (event: JsonObject): Room =>
  typeof event.hub === "string" ? { kind: "hub", name: event.hub } : { kind: "bc", name: String(event.bc) };

/** What one client knows about the state and the host of its rooms. Throws when what it is sent cannot be true (PROTOCOL.md R102 to R112). */
export class RoomView {
  private readonly rooms = new Map<string, KnownRoom>();

  constructor(private readonly model: ModelRooms) {}

  /** Handles a frame about a room; false for any other frame. */
  handleEvent({ $state, $room, $host }: JsonObject): boolean {
    if (isJsonObject($state)) this.state($state);
    else if (isJsonObject($room)) this.room($room);
    else if (isJsonObject($host)) this.host($host, $host.sid);
    else return false;
    return true;
  }

  find(room: Room): Readonly<KnownRoom> | undefined {
    return this.rooms.get(keyOf(room));
  }

  /** A new page knows nothing. */
  clear(): void {
    this.rooms.clear();
  }

  forget(room: Room): void {
    this.rooms.delete(keyOf(room));
  }

  private known(event: JsonObject): KnownRoom {
    return this.rooms.getOrInsertComputed(keyOf(roomIn(event)), () => ({
      values: new Map<string, unknown>(),
      version: -1,
      term: -1,
      host: undefined,
    }));
  }

  private state(event: JsonObject): void {
    const { version, whole, values, deleted } = event;
    const known = this.known(event);
    if (typeof version !== "number") throw new Error("a state without a version");
    if (whole !== true && version < known.version) throw new Error(`version ${version} after ${known.version}`);
    if (whole === true) known.values.clear();
    for (const [key, value] of isJsonObject(values) ? Object.entries(values) : []) known.values.set(key, value);
    for (const key of Array.isArray(deleted) ? deleted : []) known.values.delete(String(key));
    known.version = version;
    this.check(roomIn(event), known);
  }

  /** After each frame, the map is exactly that of the room at that version. */
  private check(room: Room, { version, values }: KnownRoom): void {
    const all = this.model.all.get(keyOf(room)) ?? [];
    const one = all.find(({ base, version: last }) => base !== undefined && base <= version && version <= base + last);
    if (!one) {
      if (all.every(({ base }) => base !== undefined))
        throw new Error(`${keyOf(room)} has never had version ${version}`);
      return;
    }
    const truth = one.history[version - (one.base ?? 0)];
    const text = mapText([...values]);
    if (text !== truth) throw new Error(`${keyOf(room)} is ${truth} at version ${version}, not ${text}`);
  }

  private room(event: JsonObject): void {
    this.host(event, isJsonObject(event.host) ? event.host.sid : undefined);
  }

  private host(event: JsonObject, sid: unknown): void {
    const known = this.known(event);
    const { term } = event;
    if (typeof term !== "number" || term < known.term) throw new Error(`term ${term} after ${known.term}`);
    known.term = term;
    known.host = typeof sid === "number" ? sid : undefined;
    const key = `${keyOf(roomIn(event))} ${term}`;
    const { hosts } = this.model;
    if (hosts.has(key) && hosts.get(key) !== known.host)
      throw new Error(`${hosts.get(key)} and ${known.host} are hosts in term ${key}`);
    hosts.set(key, known.host);
  }
}
