import type { DropReason, RoomJoin, RoomOptions, StateWrite } from "@achex/protocol";
import type { SharedLog } from "../../cluster/shared-log.ts";
import type { Channel, Membership } from "../../delivery/channels.ts";
import { TokenBuckets } from "../../fairness/token-buckets.ts";
import type { SharedRoomStore } from "../../shared-room-store.ts";
import type { RoomKey, State, WriteOutcome } from "../../state.ts";
import type {
  Admission,
  AdmissionRequest,
  HandOverReply,
  NodeRooms,
  OptionsReply,
  RoomMember,
  RoomMoves,
  SavedRooms,
  TermReply,
  Undecided,
} from "../node-rooms.ts";
import { roomKey } from "../room.ts";
import { GUESSES, MAX_GUESSING_ADDRESSES } from "../rooms.ts";
import { OwnMembers, type OwnMembersDeps } from "./own-members.ts";
import { RoomLog, type RoomLogDeps } from "./room-log.ts";
import { createRoomMoves } from "./room-moves.ts";
import type { RoomReplica } from "./room-replica.ts";
import { isAsked, isRestricted, RoomRequests, type RoomRequestsDeps } from "./room-requests.ts";
import { RoomViews, type RoomViewsDeps } from "./room-views.ts";

export interface SharedRoomsDeps extends RoomViewsDeps, OwnMembersDeps, Omit<RoomRequestsDeps, "log"> {
  readonly log: Pick<SharedLog, "shardOf" | "propose">;
  /** Makes the states of the rooms of one shard of the log. */
  createState(): State;
  /** Where rooms are stored whose state is kept; without it none is. */
  readonly kept?: SharedRoomStore | undefined;
  readonly clock: RoomViewsDeps["clock"] & RoomLogDeps["clock"];
}

/**
 * The rooms of a cluster, as one node serves them: each request is put into the log that all nodes apply, and answered when this node
 * has applied it. What the node alone knows, who is still a member and who is away, follows in entries of its own (OwnMembers).
 */
export class SharedRooms implements NodeRooms {
  readonly log: RoomLog;
  private readonly requests: RoomRequests;
  private readonly members: OwnMembers;
  private readonly views: RoomViews;
  readonly moves: RoomMoves;
  private readonly guesses = new TokenBuckets(GUESSES, MAX_GUESSING_ADDRESSES);

  constructor(private readonly deps: SharedRoomsDeps) {
    this.log = new RoomLog({
      log: deps.log,
      ...{ createState: deps.createState, clock: deps.clock, kept: deps.kept },
      inUse: (key) =>
        deps.channels.find(key.instance, key.kind, key.name) !== undefined || deps.others.holders(key).length > 0,
      began: (room, holders) => {
        this.views.began(room);
        this.members.began(room, holders);
      },
      rejoined: () => this.members.rejoined(),
      ownEntry: (entry, isLate) => this.members.ownEntry(entry, isLate),
      ownApplied: (shard, position) => deps.others.tellAfter(shard, position),
    });
    this.views = new RoomViews(deps, this.log);
    this.requests = new RoomRequests({ ...deps, log: this.log });
    this.members = new OwnMembers(deps, this.log, this.views);
    this.moves = createRoomMoves({ log: this.log, views: this.views, members: this.members });
    this.log.kept?.reload();
  }

  get count(): number {
    return this.log.count;
  }

  /** Rooms of which the log does not know yet what this node knows. */
  get untold(): number {
    return this.members.facts.count;
  }

  get followers(): number {
    return this.views.followers;
  }

  get keys(): number {
    return this.log.keys;
  }

  get bytes(): number {
    return this.log.bytes;
  }

  /** The options are judged where the join is in the log. */
  obstacleTo(key: RoomKey, _channel: Channel | undefined, session: RoomMember): DropReason | undefined {
    const room = this.log.find(key);
    if (room?.has(session.id)) return undefined;
    const outline = room ? undefined : this.log.outline(key);
    if (outline === "keep-failed") return outline;
    // Where it is asked for, it would have to be read.
    if (outline && this.deps.maxBytes > 0 && this.log.bytes >= this.deps.maxBytes) return "keep-busy";
    const options = room?.state.options ?? outline?.options;
    if (!options || options.passwordDigest === null) return undefined;
    const hasGuess = this.guesses.hasToken(session.addressUse.address, this.deps.clock.now());
    return hasGuess ? undefined : "room-throttled";
  }

  admit(
    key: RoomKey,
    channel: Channel | undefined,
    session: RoomMember,
    request: AdmissionRequest,
  ): Promise<Admission> | undefined {
    const room = this.log.find(key);
    const isMember = channel?.has(session) === true;
    const outline = room ? undefined : this.log.outline(key);
    if (outline === "keep-failed") return Promise.resolve({ kind: "refused", reason: outline });
    const isNew = channel === undefined && !room && !outline;
    const options = room?.state.options ?? outline?.options;
    if (!isAsked(request.joining, isNew) && (isMember || !isRestricted(options))) return undefined;
    // Every node reads it.
    if (outline) session.chargeBytes(outline.bytes);
    const { id } = session;
    this.members.asks(key, id);
    return this.requests.join(key, this.members.factAbout(key, id), request, isMember, isNew).then((admission) => {
      if (admission.kind === "admitted") {
        this.members.wasAdmitted(id);
        return admission;
      }
      this.members.refused(key, id);
      if (admission.reason === "room-password") this.guesses.spend(session.addressUse.address, this.deps.clock.now());
      return admission;
    });
  }

  entered(session: RoomMember, membership: Membership, joining: RoomJoin | undefined): void {
    const key = roomKey(membership.channel);
    membership.seat = this.log.find(key)?.roles.seats.of(session.id);
    // Otherwise it has entered when it has what it asked for: see use().
    if (!joining) this.members.entered(key, session.id);
  }

  use(session: RoomMember, membership: Membership, joining: RoomJoin, wasMember: boolean): boolean {
    const { channel } = membership;
    const key = roomKey(channel);
    const room = this.log.find(key);
    const seat = room?.roles.seats.of(session.id);
    const isSeatNew = joining.seat !== undefined && seat !== membership.seat;
    if (joining.seat !== undefined) membership.seat = seat;
    const view = room && joining.state === true ? this.views.open(channel, room) : this.views.find(key);
    view?.follow(session, joining);
    // It may be away, or have another name, since it asked.
    this.members.entered(key, session.id);
    return wasMember && isSeatNew;
  }

  left(session: RoomMember, channel: Channel): Promise<void> | undefined {
    this.views.left(session, channel);
    const key = roomKey(channel);
    if (!this.log.find(key)) return undefined;
    this.members.facts.changed(key, [session.id]);
    // Its keys are deleted and its role passes on before others learn that it has left.
    return this.members.facts.whenTold(key);
  }

  renamed(session: RoomMember): void {
    this.members.changed(session);
  }

  wentAway(session: RoomMember): void {
    this.views.wentAway(session);
    this.members.changed(session);
  }

  cameBack(session: RoomMember): void {
    this.views.cameBack(session);
  }

  caughtUp(session: RoomMember): void {
    this.members.changed(session);
    this.views.caughtUp(session);
  }

  drained(session: RoomMember): void {
    this.views.drained(session);
  }

  async write(session: RoomMember, channel: Channel, write: StateWrite): Promise<WriteOutcome | Undecided> {
    const key = roomKey(channel);
    const outcome = await this.requests.write(key, session.id, write);
    const owed = this.views.find(key)?.takeOwed();
    if (owed) session.chargeDeliveries(owed.deliveries, owed.bytes);
    return outcome;
  }

  async setOptions(
    { id }: RoomMember,
    channel: Channel | undefined,
    options: Partial<RoomOptions>,
  ): Promise<OptionsReply> {
    return channel ? this.requests.setOptions(roomKey(channel), id, options) : { kind: "not-host" };
  }

  async handOver({ id }: RoomMember, channel: Channel | undefined, to: number | undefined): Promise<HandOverReply> {
    return channel ? this.requests.handOver(roomKey(channel), id, to) : { kind: "not-host" };
  }

  checkTerm(key: RoomKey, _channel: Channel | undefined, term: number): Promise<TermReply> {
    return this.requests.checkTerm(key, term);
  }

  whenApplied(shard: number, position: number, done: () => void): void {
    this.log.whenApplied(shard, position, done);
  }

  untilApplied(shard: number, position: number): Promise<void> | undefined {
    return this.log.untilApplied(shard, position);
  }

  async settled(): Promise<void> {}

  /** The log has what rooms know; the sessions of this node are named again by the node that has them next. */
  save(): SavedRooms {
    return { marks: { version: 0, term: 0 }, rooms: [] };
  }

  restoreMarks(): void {}

  restore(): void {}

  *tick(): Generator<void> {
    this.members.checkAdmitted();
    this.log.releaseWaiters();
    this.members.facts.release();
    this.members.facts.retry();
    yield* this.views.noteReceived();
    this.views.replaceOverdueHosts();
    for (const room of this.log.awaiting()) {
      this.tellAbsent(room);
      yield;
    }
  }

  private tellAbsent(room: RoomReplica): void {
    for (const process of room.awaitedProcesses)
      if (process !== this.deps.process && !this.deps.others.isHeard(process))
        void this.log.propose(room.key, { do: "absent", process });
  }
}
