import type { DropReason, RoomJoin, RoomOptions, StateWrite } from "@achex/protocol";
import type { Channel, Membership } from "../delivery/channels.ts";
import { TokenBuckets } from "../fairness/token-buckets.ts";
import {
  defaultRoomOptions,
  type OptionsOutcome,
  type RoomKey,
  type StateMarks,
  type StoredRoomOptions,
  type WriteOutcome,
} from "../state.ts";
import { obstacleTo, withOptions } from "./admission.ts";
import type {
  Admission,
  AdmissionRequest,
  Eventual,
  HandOverReply,
  NodeRooms,
  NotHost,
  RoomMember,
  SavedRooms,
  TermReply,
} from "./node-rooms.ts";
import { Room, type RoomDeps, roomKey, type SavedRoom } from "./room.ts";

/** Wrong room passwords from one address: as many at once, then one in this time (PROTOCOL.md R121). */
export const GUESSES = { burst: 10, refillMilliseconds: 6_000 };
export const MAX_GUESSING_ADDRESSES = 10_000;

const NOT_HOST: NotHost = { kind: "not-host" };
const IN_TERM: TermReply = { kind: "in-term" };

/** Charges the writer of a large change for the deliveries that are still to be made. */
function chargeOwed(session: RoomMember, room: Room): void {
  const owed = room.takeOwed();
  if (owed) session.chargeDeliveries(owed.deliveries, owed.bytes);
}

export type RoomsDeps = Omit<RoomDeps, "nextTopic">;

/**
 * The rooms of a node that decides alone. A hub or broadcast becomes one when a client of achex.2 first uses something that rooms have, so channels
 * of the legacy dialects cost nothing.
 */
export class Rooms implements NodeRooms {
  readonly moves = undefined;
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

  get keys(): number {
    return this.deps.state.keys;
  }

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
    const given = options.passwordDigest === null ? null : this.deps.digest(password ?? "");
    const obstacle = obstacleTo(options, channel?.size ?? 0, given);
    if (obstacle === "room-password") this.guesses.spend(address, now);
    return obstacle;
  }

  /** Stores the options of the join that creates a kept room, before the join (PROTOCOL.md R148). */
  admit(
    key: RoomKey,
    channel: Channel | undefined,
    _session: RoomMember,
    { joining }: AdmissionRequest,
  ): Promise<Admission> | undefined {
    const { state, digest } = this.deps;
    if (!joining?.options || channel || !state.kept?.keeps(key)) return undefined;
    return state.kept
      .create(key, withOptions(defaultRoomOptions, joining.options, digest))
      .then(({ kind }) =>
        kind === "set" || kind === "exists"
          ? { kind: "admitted", isCreator: kind === "set" }
          : { kind: "refused", reason: kind },
      );
  }

  entered(session: RoomMember, membership: Membership, joining: RoomJoin | undefined): void {
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

  use(session: RoomMember, membership: Membership, joining: RoomJoin, wasMember: boolean): boolean {
    const { channel } = membership;
    const { seat, state } = joining;
    const isSeatNew = wasMember && seat !== undefined && this.seat(session, membership, seat);
    (state === true ? this.open(channel) : this.find(channel))?.follow(session, joining);
    return isSeatNew;
  }

  write(session: RoomMember, channel: Channel, write: StateWrite): Eventual<WriteOutcome> {
    const room = this.open(channel);
    const outcome = room.write(write, session.id);
    if (outcome instanceof Promise)
      return outcome.then((known) => {
        chargeOwed(session, room);
        return known;
      });
    chargeOwed(session, room);
    return outcome;
  }

  setOptions(
    session: RoomMember,
    channel: Channel | undefined,
    options: Partial<RoomOptions>,
  ): Eventual<OptionsOutcome | NotHost> {
    return this.hostedBy(session, channel)?.setOptions(options) ?? NOT_HOST;
  }

  handOver(session: RoomMember, channel: Channel | undefined, to: number | undefined): HandOverReply {
    const room = this.hostedBy(session, channel);
    if (!room) return NOT_HOST;
    return room.handOver(to) ? { kind: "handed-over", term: room.state.term } : { kind: "not-candidate" };
  }

  checkTerm(_key: RoomKey, channel: Channel | undefined, term: number): TermReply {
    const present = (channel && this.find(channel)?.state.term) ?? 0;
    return present === term && present > 0 ? IN_TERM : { kind: "stale-term", term: present };
  }

  /** Takes or frees a seat. True when the member has another one then, or none. */
  private seat(session: RoomMember, membership: Membership, wanted: number | boolean): boolean {
    const { roles, options } = this.open(membership.channel);
    const { seats } = roles;
    if (wanted === false) seats.free(session.id);
    else seats.take(session.id, wanted, options.seats);
    const seat = seats.of(session.id);
    const isNew = seat !== membership.seat;
    membership.seat = seat;
    return isNew;
  }

  left(session: RoomMember, channel: Channel): undefined {
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

  drained(session: RoomMember): void {
    for (const room of this.roomsOf(session)) room.drained(session);
  }

  save(): SavedRooms {
    return { marks: this.deps.state.marks, rooms: Array.from(this.rooms.values(), (room) => room.save()) };
  }

  restoreMarks(marks: StateMarks): void {
    this.deps.state.restore(marks);
  }

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

  /** It has no log. */
  whenApplied(): void {}

  untilApplied(): undefined {}

  async settled(): Promise<void> {
    await this.deps.state.kept?.settled();
  }

  *tick(): Generator<void> {
    this.deps.state.kept?.tick();
    for (const room of this.rooms.values()) {
      room.tick();
      yield;
    }
  }

  /** The room that the session is host of. */
  private hostedBy({ id }: RoomMember, channel: Channel | undefined): Room | undefined {
    const room = channel && this.find(channel);
    return room?.state.host === id ? room : undefined;
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
