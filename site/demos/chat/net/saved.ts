import * as v from "valibot";
import { OPEN, type RoomAddress, roomNameFrom } from "../rules/room-address.ts";
import type { Peer } from "./direct-session.ts";
import { readPreference, storePreference } from "./preferences.ts";

/** Rooms and people in the list at most. */
export const MOST_ROOMS = 30;
export const MOST_PEERS = 100;

const text = v.pipe(v.string(), v.maxLength(200));
const lock = v.variant("kind", [
  v.object({ kind: v.literal("open") }),
  v.object({ kind: v.literal("key"), key: text }),
  v.object({ kind: v.literal("phrase"), phrase: text }),
]);
const roomsSchema = v.pipe(v.array(v.object({ name: text, lock })), v.maxLength(MOST_ROOMS));
const peersSchema = v.pipe(
  v.array(v.object({ author: v.pipe(v.string(), v.length(43)), login: text, name: text })),
  v.maxLength(MOST_PEERS),
);

function read<S extends v.GenericSchema>(key: string, schema: S): v.InferOutput<S> | undefined {
  try {
    const { success, output } = v.safeParse(schema, JSON.parse(readPreference(key) ?? "[]"));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}

/** The rooms of this browser, with their secrets: anyone who can read its storage can read the rooms. */
export const savedRooms = (): readonly RoomAddress[] =>
  (read("rooms", roomsSchema) ?? []).flatMap(({ name, lock: found }) => {
    const clean = roomNameFrom(name);
    return clean === undefined ? [] : { name: clean, lock: found.kind === "open" ? OPEN : found };
  });

export const saveRooms = (rooms: readonly RoomAddress[]): void =>
  storePreference("rooms", JSON.stringify(rooms.slice(0, MOST_ROOMS)));

export const savedPeers = (): readonly Peer[] => read("peers", peersSchema) ?? [];

export const savePeers = (peers: readonly Peer[]): void =>
  storePreference("peers", JSON.stringify(peers.slice(0, MOST_PEERS)));
