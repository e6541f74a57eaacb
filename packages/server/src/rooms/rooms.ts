import type { DropReason, RoomJoin, RoomOptions } from "@achex/protocol";
import type { Channel, Membership } from "../delivery/channels.ts";
import { TokenBuckets } from "../fairness/token-buckets.ts";
import { defaultRoomOptions, type KeptRooms, type RoomKey, type StateMarks, type StoredRoomOptions } from "../state.ts";
import { obstacleToEnter, withOptions } from "./admission.ts";
import type { RoomSession } from "./follower.ts";
import { Room, type RoomDeps, roomKey, type SavedRoom } from "./room.ts";

/** Wrong room passwords from one address: as many at once, then one in this time (PROTOCOL.md R121). */
const GUESSES = { burst: 10, refillMilliseconds: 6_000 };
const MAX_GUESSING_ADDRESSES = 10_000;

/** A session as rooms see it, with its memberships. */
export interface RoomMember extends RoomSession {
  readonly memberships: readonly Membership[];
  readonly addressUse: { readonly address: string };
  chargeBytes(bytes: number): void;
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

  /** Why a newcomer is not admitted to a room; undefined when it is (PROTOCOL.md R121). The channel is undefined without members. */
  obstacleTo(
    key: RoomKey,
    channel: Channel | undefined,
    session: RoomMember,
    password: string | undefined,
  ): DropReason | undefined {
    const options = channel ? this.rooms.get(channel)?.options : this.keptOptions(key, session);
    if (!options) return undefined;
    if (typeof options === "string") return options;
    const now = this.deps.clock.now();
    const { address } = session.addressUse;
    if (options.passwordDigest !== null && !this.guesses.hasToken(address, now)) return "room-throttled";
    const obstacle = obstacleToEnter(options, channel?.size ?? 0, password, this.deps.digest);
    if (obstacle === "room-password") this.guesses.spend(address, now);
    return obstacle;
  }

  /** Stores the options of the join that creates a kept room, before the join (PROTOCOL.md R148); undefined for any other join. */
  createKept(key: RoomKey, options: Partial<RoomOptions>): ReturnType<KeptRooms["create"]> | undefined {
    const { state, digest } = this.deps;
    return state.kept?.keeps(key)
      ? state.kept.create(key, withOptions(defaultRoomOptions, options, digest))
      : undefined;
  }

  /** A session has entered a channel; called before others are told. */
  entered(session: RoomSession, membership: Membership, joining: RoomJoin | undefined): void {
    const { kept } = this.deps.state;
    const { channel } = membership;
    const isNew = channel.size === 1;
    const isKept = isNew && kept?.keeps(roomKey(channel)) === true;
    // Its options bind those who come later.
    if (isKept) this.open(channel);
    if (!joining) return;
    const { options, seat } = joining;
    if (options && isNew && !isKept) void this.open(channel).setOptions(options);
    if (seat !== undefined) this.seat(session, membership, seat);
  }

  /** Takes or frees a seat. True when the member has another one then, or none. */
  seat(session: RoomSession, membership: Membership, wanted: number | boolean): boolean {
    const { roles, options } = this.open(membership.channel);
    const { seats } = roles;
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
      membership.seat = room.roles.seats.of(id);
    }
  }

  /** Resolves when everything that rooms have to store has been stored. */
  async settled(): Promise<void> {
    await this.deps.state.kept?.settled();
  }

  /** Due once a second; one room a step. */
  *tick(): Generator<void> {
    this.deps.state.kept?.tick();
    for (const room of this.rooms.values()) {
      room.tick();
      yield;
    }
  }

  /** The options of a room without members, if they are stored; or why they cannot be read. */
  private keptOptions(key: RoomKey, session: RoomMember): StoredRoomOptions | DropReason | undefined {
    const { kept } = this.deps.state;
    if (!kept?.keeps(key)) return undefined;
    const prepared = kept.prepare(key);
    if (typeof prepared === "string") return prepared;
    session.chargeBytes(prepared.bytes);
    return prepared.options;
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
