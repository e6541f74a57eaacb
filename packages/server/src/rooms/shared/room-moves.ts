import type { RoomMoves } from "../node-rooms.ts";
import { roomKey } from "../room.ts";
import type { OwnMembers } from "./own-members.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomViews } from "./room-views.ts";

export interface RoomMovesDeps {
  readonly log: RoomLog;
  readonly views: RoomViews;
  readonly members: OwnMembers;
}

/** The new node of a session tells the log that it has it now; the old one says nothing, so that its place and its role stay. */
export const createRoomMoves = ({ log, views, members }: RoomMovesDeps): RoomMoves => ({
  save({ id }, channel) {
    const view = views.find(roomKey(channel));
    const wants = view?.wants(id) ?? null;
    return view && wants !== null ? { wants, received: view.save(id) } : undefined;
  },
  left(session, channel) {
    views.left(session, channel);
    members.movedAway(roomKey(channel), session.id);
  },
  arrived(session, membership, follower) {
    const { channel } = membership;
    const key = roomKey(channel);
    const room = log.find(key);
    if (!room) return;
    membership.seat = room.roles.seats.of(session.id);
    if (follower) {
      const { received } = follower;
      const { version } = room.state;
      // This node may not have applied yet what the client has received; then it begins with the whole state.
      const isAhead = (received.certain ?? 0) > version || received.samples.some((sample) => sample.version > version);
      views.open(channel, room).restore(session, follower.wants, isAhead ? { samples: [] } : received);
    }
    members.arrived(key, session.id);
  },
});
