import type { StoredKey } from "../../room-store.ts";
import type { SharedRoomUpdate, SharedStoredRoom } from "../../shared-room-store.ts";
import type { RoomKey, SavedRoomState } from "../../state.ts";
import type { SavedReplica } from "./room-replica.ts";

type Entry = SavedRoomState["entries"][number];

/** What a replica has besides what a relay alone stores of a kept room. */
interface Detail extends Pick<SavedReplica, "seats" | "followers" | "members" | "awaited" | "isHostOverdue"> {
  readonly state: Pick<SavedRoomState, "pruned" | "host" | "term" | "tombstones">;
  /** Keys that belong to sessions. */
  readonly own: readonly Entry[];
}

export interface ReplicaFacts {
  /** Version that is stored; undefined if nothing is. */
  readonly storedVersion: number | undefined;
  /** State or options have been written. */
  readonly isKept: boolean;
  /** When, by the time of the log. */
  readonly changed: number;
}

/** What is stored of a room that has changed since the stored version. */
export function updateOf(room: RoomKey, saved: SavedReplica, facts: ReplicaFacts): SharedRoomUpdate {
  const { state, seats, followers, members, awaited, isHostOverdue } = saved;
  const { version, pruned, host, term, tombstones, entries, options } = state;
  const { storedVersion, isKept, changed } = facts;
  // Below the pruned version it is not known what was deleted.
  const since = storedVersion !== undefined && storedVersion >= pruned ? storedVersion : undefined;
  const own = entries.filter(({ owner }) => owner !== undefined);
  const detail: Detail = {
    state: { pruned, host, term, tombstones },
    ...{ own, seats, followers, members, awaited, isHostOverdue },
  };
  return {
    room,
    content: {
      ...{ version, options, changed, isKept },
      isAwake: members.length + awaited.length > 0,
      detail: JSON.stringify(detail),
      isNew: since === undefined,
      keys: since === undefined ? entries.filter(isShared) : [...changedKeys(state, since)],
    },
  };
}

const isShared = ({ owner }: Entry): boolean => owner === undefined;

function* changedKeys({ entries, tombstones }: SavedRoomState, since: number): Generator<StoredKey> {
  // A key that belongs to a session replaces one that was stored.
  for (const { key, text, version, owner } of entries)
    if (version > since) yield { key, text: owner === undefined ? text : null, version };
  for (const [key, version] of tombstones) if (version > since) yield { key, text: null, version };
}

/** The replica as all nodes had it. */
export function replicaOf(room: RoomKey, { version, options, keys, detail }: SharedStoredRoom): SavedReplica {
  // Only updateOf() writes it.
  const { state, own, ...others }: Detail = JSON.parse(detail);
  const entries = [...keys, ...own].sort((one, other) => one.version - other.version);
  return { ...others, room, state: { ...state, host: state.host, version, options, entries } };
}
