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
    if (!view || wants === null) return undefined;
    const seat = log.find(roomKey(channel))?.roles.seats.of(id);
    return { wants, received: view.save(id), ...(seat !== undefined && { seat }) };
  },
  left(session, channel) {
    views.left(session, channel);
    members.movedAway(roomKey(channel), session.id);
  },
  arrived(session, membership, follower) {
    const { channel } = membership;
    const key = roomKey(channel);
    const room = log.find(key);
    // A node that has just started does not know the room yet.
    membership.seat = room ? room.roles.seats.of(session.id) : follower?.seat;
    if (follower && !room) views.wait(session, channel, follower);
    if (follower && room) {
      const { received } = follower;
      const { version } = room.state;
      // This node may not have applied yet what the client has received; then it begins with the whole state.
      const isAhead = (received.certain ?? 0) > version || received.samples.some((sample) => sample.version > version);
      views.open(channel, room).restore(session, follower.wants, isAhead ? { samples: [] } : received);
    }
    members.arrived(key, session.id);
  },
});
