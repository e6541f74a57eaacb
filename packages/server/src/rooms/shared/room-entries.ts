import { isJsonObject, type JsonObject, type RoomJoin, type StateWrite } from "@achex/protocol";
import { isCount, isInstance, isSessionId } from "../../cluster/sent-values.ts";
import { defaultRoomOptions, type RoomKey, type StoredRoomOptions } from "../../state.ts";

/** The kind of all entries of rooms in the log of a cluster. */
export const ROOM_ENTRY = "room";
/** Of those whose state is kept. */
export const KEPT_ROOM_ENTRY = "kept-room";

/** What a node knows of one of its sessions in a room. */
export interface MemberFact {
  readonly session: number;
  readonly name: string;
  readonly isAway: boolean;
  /** Whether it wants to be host, if it follows the room; null if it does not. */
  readonly wants: boolean | null;
  readonly seat: number | null;
}

/** What is asked of a room, as every node reads it in the log. It holds no result and no time. */
export type RoomRequest =
  | {
      /** A session joins, or a member asks for something else than before (PROTOCOL.md R101, R111, R120 to R122). */
      readonly do: "join";
      readonly fact: MemberFact;
      /** It is a member already, as far as its node knows. */
      readonly isMember: boolean;
      /** Nobody else is, on any node. */
      readonly isFirst: boolean;
      readonly passwordDigest: string | null;
      readonly state: boolean | undefined;
      readonly host: boolean | undefined;
      readonly seat: RoomJoin["seat"];
      readonly options: Partial<StoredRoomOptions> | undefined;
      /** Processes that have members, if the room is new. */
      readonly holders: readonly string[];
    }
  | {
      readonly do: "write";
      readonly session: number;
      readonly write: StateWrite;
      readonly holders: readonly string[];
    }
  | { readonly do: "options"; readonly session: number; readonly options: Partial<StoredRoomOptions> }
  | { readonly do: "hand-over"; readonly session: number; readonly to: number | undefined }
  /** Asks for the term: the answer is the one at this place of the log. */
  | { readonly do: "term"; readonly term: number }
  /** Sessions that are members of the process, and some that no longer are. */
  | {
      readonly do: "members";
      readonly present: readonly MemberFact[];
      readonly left: readonly number[];
    }
  /** A process that was said to have members is gone, or has none. */
  | { readonly do: "absent"; readonly process: string }
  /** The host has been away for longer than it may be. */
  | { readonly do: "grace-over"; readonly host: number; readonly term: number }
  /** A kept room has had no members, and has not changed after that version, for so many milliseconds. */
  | { readonly do: "expire"; readonly version: number; readonly age: number };

export interface RoomEntry {
  readonly room: RoomKey;
  readonly request: RoomRequest;
}

/** What is put into the log; readEntry() reads it. */
export function writtenEntry({ instance, kind, name }: RoomKey, request: RoomRequest): object {
  return { room: [instance, kind, name], ...request, ...(request.do === "write" && { write: written(request.write) }) };
}

const written = ({ values, deletions, increments, conditions, own, term }: StateWrite): object => ({
  ...(values.size > 0 && { values: [...values] }),
  ...(deletions.length > 0 && { deletions }),
  ...(increments.size > 0 && { increments: [...increments] }),
  ...(conditions.size > 0 && { conditions: [...conditions] }),
  ...(own && { own }),
  ...(term !== undefined && { term }),
});

/** Reads an entry; undefined if a node could not have meant it. All nodes of a version read alike. */
export function readEntry(body: unknown): RoomEntry | undefined {
  if (!isJsonObject(body) || !Array.isArray(body.room)) return undefined;
  const [instance, kind, name]: unknown[] = body.room;
  if (!isInstance(instance) || typeof name !== "string") return undefined;
  if (kind !== "hub" && kind !== "broadcast") return undefined;
  const request = readRequest(body);
  return request && { room: { instance, kind, name }, request };
}

function readRequest(body: JsonObject): RoomRequest | undefined {
  const { do: verb, session, term, options, to, host, version, age } = body;
  if (verb === "join") return readJoin(body);
  if (verb === "members") {
    const present = list(body.present).flatMap((one) => readFact(one) ?? []);
    return { do: verb, present, left: list(body.left).filter(isSessionId) };
  }
  if (verb === "absent") return isText(body.process) ? { do: verb, process: body.process } : undefined;
  if (verb === "term") return isCount(term) ? { do: verb, term } : undefined;
  if (verb === "grace-over") return isCount(term) && isSessionId(host) ? { do: verb, host, term } : undefined;
  if (verb === "expire") return isCount(version) && isCount(age) ? { do: verb, version, age } : undefined;
  if (!isSessionId(session)) return undefined;
  if (verb === "write") return { do: verb, session, write: readWrite(body.write), holders: texts(body.holders) };
  if (verb === "options") return { do: verb, session, options: readOptions(options) };
  return verb === "hand-over" ? { do: verb, session, to: isSessionId(to) ? to : undefined } : undefined;
}

function readJoin(body: JsonObject): RoomRequest | undefined {
  const { isMember, isFirst, passwordDigest, state, host, seat, options, holders } = body;
  const fact = readFact(body.fact);
  return (
    fact && {
      do: "join",
      fact,
      isMember: isMember === true,
      isFirst: isFirst === true,
      passwordDigest: typeof passwordDigest === "string" ? passwordDigest : null,
      state: booleanOf(state),
      host: booleanOf(host),
      seat: isCount(seat) ? seat : booleanOf(seat),
      options: options === undefined ? undefined : readOptions(options),
      holders: texts(holders),
    }
  );
}

function readFact(sent: unknown): MemberFact | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { session, name, isAway, wants, seat } = sent;
  if (!isSessionId(session) || typeof name !== "string") return undefined;
  const wanted = booleanOf(wants) ?? null;
  return { session, name, isAway: isAway === true, wants: wanted, seat: isCount(seat) ? seat : null };
}

function readWrite(sent: unknown): StateWrite {
  const { values, deletions, increments, conditions, own, term } = isJsonObject(sent) ? sent : {};
  return {
    values: new Map(pairs(values, isJson)),
    deletions: texts(deletions),
    increments: new Map(pairs(increments, isFiniteNumber)),
    conditions: new Map(pairs(conditions, isCount)),
    own: own === true,
    term: isCount(term) ? term : undefined,
  };
}

function readOptions(sent: unknown): Partial<StoredRoomOptions> {
  if (!isJsonObject(sent)) return {};
  const { capacity, seats, passwordDigest, closed, grace } = sent;
  const { capacity: noCapacity, seats: noSeats } = defaultRoomOptions;
  return {
    ...("capacity" in sent && { capacity: isCount(capacity) ? capacity : noCapacity }),
    ...("seats" in sent && { seats: isCount(seats) ? seats : noSeats }),
    ...("passwordDigest" in sent && { passwordDigest: isText(passwordDigest) ? passwordDigest : null }),
    ...("closed" in sent && { closed: closed === true }),
    ...("grace" in sent && { grace: isCount(grace) ? grace : defaultRoomOptions.grace }),
  };
}

/** Also false for the infinity that JSON can write as 1e999. */
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string";
const booleanOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** It becomes a part of frames to clients as it is. */
function isJson(value: unknown): value is string {
  if (!isText(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

const texts = (value: unknown): readonly string[] => list(value).filter(isText);

function pairs<Value>(sent: unknown, isValue: (value: unknown) => value is Value): [string, Value][] {
  return list(sent).flatMap((pair): [string, Value][] => {
    if (!Array.isArray(pair)) return [];
    const [key, value]: unknown[] = pair;
    return isText(key) && isValue(value) ? [[key, value]] : [];
  });
}
