import type { Clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Limits } from "../config/limits.ts";
import type { Channels } from "../delivery/channels.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { Core } from "../node/core.ts";
import type { Presence } from "../node/presence.ts";
import type { Digest } from "../rooms/admission.ts";
import type { NodeRooms } from "../rooms/node-rooms.ts";
import { Rooms } from "../rooms/rooms.ts";
import { SharedRooms } from "../rooms/shared/shared-rooms.ts";
import type { Session } from "../session/session.ts";
import type { SharedRoomStore } from "../shared-room-store.ts";
import type { State } from "../state.ts";
import { roomsElsewhere } from "./cluster-owner.ts";

export interface CreateRoomsDeps {
  readonly state: State;
  createSharedState(): State;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly cluster?: Cluster;
  readonly limits: Limits;
  readonly sharedRooms?: SharedRoomStore;
}

/** The rooms of a node; in a cluster, those that all nodes have in common. */
export function createRooms(
  deps: CreateRoomsDeps,
  { sessions, counters, inSlices }: Pick<Core, "sessions" | "counters" | "inSlices">,
  { toChannel, broadcasts }: Deliver,
  channels: Channels,
  presence: () => Presence,
): NodeRooms {
  const { state, digest, clock, cluster, limits } = deps;
  const feeding = { toChannel, broadcasts, inSlices, counters, clock, digest };
  if (!cluster) return new Rooms({ ...feeding, state, sessionName: (id) => nameOf(sessions.get(id)) });
  const rooms = new SharedRooms({
    ...feeding,
    channels,
    sessions,
    log: cluster.sharedLog,
    process: cluster.incarnation,
    others: roomsElsewhere(cluster),
    seatChanged(id, membership) {
      const session = sessions.get(id);
      if (session) presence().seatChanged(session, membership);
    },
    maxBytes: limits.totalStateBytes,
    createState: deps.createSharedState,
    kept: deps.sharedRooms,
  });
  cluster.sharedLog.register(rooms.log);
  if (rooms.log.kept) cluster.sharedLog.register(rooms.log.kept);
  return rooms;
}

const nameOf = (session: Session | undefined): string => (session?.state.kind === "named" ? session.state.name : "");
