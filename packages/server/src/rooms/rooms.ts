import type { DropReason, RoomJoin } from "@achex/protocol";
import type { Channel, Membership } from "../delivery/channels.ts";
import { TokenBuckets } from "../fairness/token-buckets.ts";
import type { StateMarks } from "../state.ts";
import { obstacleToEnter } from "./admission.ts";
import type { RoomSession } from "./follower.ts";
import { Room, type RoomDeps, type SavedRoom } from "./room.ts";

/** Wrong room passwords from one address: as many at once, then one in this time (PROTOCOL.md R121). */
const GUESSES = { burst: 10, refillMilliseconds: 6_000 };
const MAX_GUESSING_ADDRESSES = 10_000;

/** A session as rooms see it, with its memberships. */
export interface RoomMember extends RoomSession {
  readonly memberships: readonly Membership[];
  readonly addressUse: { readonly address: string };
}

/** All rooms as plain data, for a restart. */
export interface SavedRooms {
  readonly marks: StateMarks;
  readonly rooms: readonly SavedRoom[];
}

export type RoomsDeps = Omit<RoomDeps, "nextTopic">;

/**
 * The rooms of a node. A hub or broadcast becomes one when a client of achex.2 first uses something that rooms have, so channels
 * of the legacy dialects cost nothing.
 */
export class Rooms {
  private readonly rooms = new Map<Channel, Room>();
  private readonly guesses = new TokenBuckets(GUESSES, MAX_GUESSING_ADDRESSES);
  private topicCount = 0;

  private readonly roomDeps: RoomDeps;

  constructor(private readonly deps: RoomsDeps) {
    this.roomDeps = { ...deps, nextTopic: () => `s${++this.topicCount}` };
  }

  get count(): number {
    return this.rooms.size;
  }

  get followers(): number {
    let followers = 0;
    for (const room of this.rooms.values()) followers += room.followers;
    return followers;
  }

  /** Keys in the states of all rooms. */
  get keys(): number {
    return this.deps.state.keys;
  }

  /** Memory that the states of all rooms use, about. */
  get bytes(): number {
    return this.deps.state.bytes;
  }

  find(channel: Channel): Room | undefined {
    return this.rooms.get(channel);
  }

  /** The room of a channel that has members. */
  open(channel: Channel): Room {
    return this.rooms.getOrInsertComputed(channel, () => new Room(channel, this.roomDeps));
  }

  /** Why a newcomer is not admitted to a channel; undefined when it is (PROTOCOL.md R121). */
  obstacleTo(
    channel: Channel | undefined,
    { addressUse }: RoomMember,
    password: string | undefined,
  ): DropReason | undefined {
    const room = channel && this.rooms.get(channel);
    if (!room) return undefined;
    const now = this.deps.clock.now();
    const { address } = addressUse;
    if (room.options.passwordDigest !== null && !this.guesses.hasToken(address, now)) return "room-throttled";
    const obstacle = obstacleToEnter(room.options, room.channel.size, password, this.deps.digest);
    if (obstacle === "room-password") this.guesses.spend(address, now);
    return obstacle;
  }

  /** A session has entered a channel; called before others are told. */
  entered(session: RoomSession, membership: Membership, { options, seat }: RoomJoin): void {
    const { channel } = membership;
    if (options && channel.size === 1) this.open(channel).createWith(options);
    if (seat !== undefined) this.seat(session, membership, seat);
  }

  /** Takes or frees a seat. True when the member has another one then, or none. */
  seat(session: RoomSession, membership: Membership, wanted: number | boolean): boolean {
    const { seats, options } = this.open(membership.channel);
    if (wanted === false) seats.free(session.id);
    else seats.take(session.id, wanted, options.seats);
    const seat = seats.of(session.id);
    const isNew = seat !== membership.seat;
    membership.seat = seat;
    return isNew;
  }

  /** Called after the session has left the channel. */
  left(session: RoomSession, channel: Channel): void {
    const room = this.rooms.get(channel);
    if (!room) return;
    room.left(session);
    if (channel.size > 0) return;
    room.close();
    this.rooms.delete(channel);
  }

  renamed(session: RoomMember): void {
    for (const room of this.roomsOf(session)) room.renamed(session);
  }

  /** The connection of a session has dropped. */
  wentAway(session: RoomMember): void {
    for (const room of this.roomsOf(session)) room.wentAway(session);
  }

  cameBack(session: RoomMember): void {
    for (const room of this.roomsOf(session)) room.cameBack(session);
  }

  /** A session is live again. */
  caughtUp(session: RoomMember): void {
    this.deps.inSlices(this.afterCatchUp(session));
  }

  /** The client of a session has read all that waited for it. */
  drained(session: RoomMember): void {
    for (const room of this.roomsOf(session)) room.drained(session);
  }

  /** All rooms, for a restart. */
  save(): SavedRooms {
    return { marks: this.deps.state.marks, rooms: Array.from(this.rooms.values(), (room) => room.save()) };
  }

  /** Before any room is restored. */
  restoreMarks(marks: StateMarks): void {
    this.deps.state.restore(marks);
  }

  /** Creates a saved room again, when its members are in the channel. `members` are those that were saved, by id. */
  restore(saved: SavedRoom, channel: Channel, members: { get(id: number): RoomMember | undefined }): void {
    const room = new Room(channel, this.roomDeps, saved);
    this.rooms.set(channel, room);
    const ids = new Set([
      ...saved.followers.map(({ session }) => session),
      ...saved.seats.map(([, session]) => session),
    ]);
    for (const id of ids) {
      const session = members.get(id);
      const membership = session?.memberships.find((one) => one.channel === channel);
      if (!session || !membership) continue;
      room.restore(session, saved);
      membership.seat = room.seats.of(id);
    }
  }

  /** Due once a second; one room a step. */
  *tick(): Generator<void> {
    for (const room of this.rooms.values()) {
      room.tick();
      yield;
    }
  }

  private *afterCatchUp(session: RoomMember): Generator<void> {
    for (const room of this.roomsOf(session)) {
      // Its connection may have dropped again.
      if (!session.isLive) return;
      room.caughtUp(session);
      yield;
    }
  }

  private *roomsOf({ memberships }: RoomMember): Generator<Room> {
    if (this.rooms.size === 0) return;
    for (const { channel } of memberships) {
      const room = this.rooms.get(channel);
      if (room) yield room;
    }
  }
}
