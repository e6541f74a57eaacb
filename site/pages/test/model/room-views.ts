import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { NewEntry } from "./entry.ts";
import { isMessage } from "./frame-fields.ts";

/** What the page has been told about a room that the client follows (PROTOCOL.md R100 to R120). */
export interface RoomView {
  /** The key of its address. */
  readonly key: "hub" | "bc";
  readonly name: string;
  readonly version: number;
  /** In the order in which the keys arrived. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly term: number | undefined;
  readonly host: { readonly name: string; readonly sid: number } | undefined;
  readonly options: JsonObject;
}

/** By address, such as `hub game`. */
export type RoomViews = ReadonlyMap<string, RoomView>;

export const noRooms: RoomViews = new Map();

/** The server writes these keys first, so other frames need not be parsed. */
const RECEIVED = /^\{"\$(?:state|room|host|hello)":/;
const LEFT = /"(?:leaveHub|unregister_broadcast|\$state)"/;
/** A whole state has 256 KiB at most, plus its quotes and commas. UTF-16 units. */
const MAX_UNITS = 1_000_000;

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const addressOf = (fields: JsonObject): Pick<RoomView, "key" | "name"> | undefined => {
  if (typeof fields.hub === "string") return { key: "hub", name: fields.hub };
  return typeof fields.bc === "string" ? { key: "bc", name: fields.bc } : undefined;
};

const hostOf = ({ name, sid }: JsonObject): RoomView["host"] =>
  typeof name === "string" && typeof sid === "number" ? { name, sid } : undefined;

function withState(room: RoomView, { version, whole, values, deleted }: JsonObject): RoomView {
  if (typeof version !== "number" || (whole !== true && version <= room.version)) return room;
  const next = new Map(whole === true ? [] : room.values);
  if (isJsonObject(values)) for (const [key, value] of Object.entries(values)) next.set(key, value);
  if (Array.isArray(deleted)) for (const key of deleted) next.delete(key);
  return { ...room, version, values: next };
}

function withLead(room: RoomView, content: JsonObject, host: unknown): RoomView {
  const term = typeof content.term === "number" ? content.term : room.term;
  const options = isJsonObject(content.options) ? content.options : room.options;
  return { ...room, term, options, host: isJsonObject(host) ? hostOf(host) : undefined };
}

function updated(rooms: RoomViews, content: JsonObject, change: (room: RoomView) => RoomView): RoomViews {
  const address = addressOf(content);
  if (!address) return rooms;
  const id = `${address.key} ${address.name}`;
  const empty = { ...address, version: -1, values: new Map(), term: undefined, host: undefined, options: {} };
  return new Map(rooms).set(id, change(rooms.get(id) ?? empty));
}

function received(rooms: RoomViews, { $state, $room, $host, $hello }: JsonObject): RoomViews {
  // A new session follows nothing.
  if ($hello !== undefined) return noRooms;
  if (isJsonObject($state)) return updated(rooms, $state, (room) => withState(room, $state));
  if (isJsonObject($room)) return updated(rooms, $room, (room) => withLead(room, $room, $room.host));
  return isJsonObject($host) ? updated(rooms, $host, (room) => withLead(room, $host, $host)) : rooms;
}

/** A frame by which the client stops following a room. Whether the server accepts it does not matter: it then follows none. */
function sent(rooms: RoomViews, { leaveHub, cmd, bid, joinHub, $state }: JsonObject): RoomViews {
  const stops = $state === false;
  const hub = leaveHub ?? (stops ? joinHub : undefined);
  const broadcast = cmd === "unregister_broadcast" || (stops && cmd === "register_broadcast") ? bid : undefined;
  const id = hub === undefined ? `bc ${broadcast}` : `hub ${hub}`;
  return rooms.has(id) ? new Map([...rooms].filter(([one]) => one !== id)) : rooms;
}

/** Updates the rooms with one log entry; returns the same map if nothing has changed. */
export function updateRooms(rooms: RoomViews, entry: NewEntry): RoomViews {
  if (entry.kind !== "text" || entry.text.length > MAX_UNITS) return rooms;
  const { direction, text } = entry;
  if (direction === "out") {
    if (rooms.size === 0 || text.length > 2_000 || !LEFT.test(text)) return rooms;
    const fields = objectIn(text);
    return fields ? sent(rooms, fields) : rooms;
  }
  const fields = RECEIVED.test(text) ? objectIn(text) : undefined;
  // A legacy client can send any key, also these.
  return fields && !isMessage(fields) ? received(rooms, fields) : rooms;
}
