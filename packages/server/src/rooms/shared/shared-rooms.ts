import type { DropReason, RoomJoin, RoomOptions, StateWrite } from "@achex/protocol";
import type { SharedLog } from "../../cluster/shared-log.ts";
import type { Channel, Membership } from "../../delivery/channels.ts";
import { TokenBuckets } from "../../fairness/token-buckets.ts";
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
import { MemberFacts } from "./member-facts.ts";
import type { MemberFact } from "./room-entries.ts";
import { RoomLog } from "./room-log.ts";
import { createRoomMoves } from "./room-moves.ts";
import type { RoomReplica } from "./room-replica.ts";
import { isAsked, isRestricted, RoomRequests, type RoomRequestsDeps } from "./room-requests.ts";
import { RoomViews, type RoomViewsDeps } from "./room-views.ts";

export interface SharedRoomsDeps extends RoomViewsDeps, Omit<RoomRequestsDeps, "log"> {
  readonly log: Pick<SharedLog, "shardOf" | "propose">;
  /** Random text of this process. */
  readonly process: string;
  readonly channels: { find(instance: string, kind: Channel["kind"], name: string): Channel | undefined };
  readonly sessions: { get(id: number): RoomMember | undefined };
  /** Makes the states of the rooms of one shard of the log. */
  createState(): State;
}

/**
 * The rooms of a cluster, as one node serves them: each request is put into the log that all nodes apply, and answered when this node
 * has applied it. What the node alone knows, who is still a member and who is away, follows in entries of its own (MemberFacts).
 */
export class SharedRooms implements NodeRooms {
  readonly log: RoomLog;
  private readonly requests: RoomRequests;
  private readonly facts: MemberFacts;
  private readonly views: RoomViews;
  readonly moves: RoomMoves;
  private readonly guesses = new TokenBuckets(GUESSES, MAX_GUESSING_ADDRESSES);
  /** Sessions whose join has been decided; by the next tick they should be members. */
  private admitted: (readonly [RoomKey, session: number])[] = [];

  constructor(private readonly deps: SharedRoomsDeps) {
    this.log = new RoomLog({
      log: deps.log,
      createState: deps.createState,
      began: (room, holders) => this.began(room, holders),
      rejoined: () => this.rejoined(),
      ownApplied: (shard, position) => deps.others.tellAfter(shard, position),
    });
    this.views = new RoomViews(deps, this.log);
    this.requests = new RoomRequests({ ...deps, log: this.log });
    this.facts = new MemberFacts({
      clock: deps.clock,
      factOf: (room, session) => (this.isMember(room, session) ? this.factAbout(room, session) : undefined),
      propose: (room, request, settled) =>
        void this.log.propose(room, request).then(({ outcome }) => settled(outcome.do === "told")),
      flushed: () => this.views.replaceUrgent(),
    });
    this.moves = createRoomMoves({ log: this.log, views: this.views, facts: this.facts });
  }

  get count(): number {
    return this.log.count;
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
    if (!room || room.has(session.id) || room.state.options.passwordDigest === null) return undefined;
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
    const isNew = channel === undefined && !room;
    if (!isAsked(request.joining, isNew) && (isMember || !isRestricted(room))) return undefined;
    return this.requests.join(key, this.factAbout(key, session.id), request, isMember, isNew).then((admission) => {
      if (admission.kind === "admitted") this.admitted.push([key, session.id]);
      else if (admission.reason === "room-password")
        this.guesses.spend(session.addressUse.address, this.deps.clock.now());
      return admission;
    });
  }

  entered(session: RoomMember, membership: Membership): void {
    const key = roomKey(membership.channel);
    const room = this.log.find(key);
    membership.seat = room?.roles.seats.of(session.id);
    if (room && !room.has(session.id)) this.facts.changed(key, [session.id]);
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
    if (room) this.facts.changed(key, [session.id]);
    return wasMember && isSeatNew;
  }

  left(session: RoomMember, channel: Channel): Promise<void> | undefined {
    this.views.left(session, channel);
    const key = roomKey(channel);
    if (!this.log.find(key)) return undefined;
    this.facts.changed(key, [session.id]);
    // Its keys are deleted and its role passes on before others learn that it has left.
    return this.facts.whenTold(key);
  }

  renamed(session: RoomMember): void {
    this.changed(session);
  }

  wentAway(session: RoomMember): void {
    this.views.wentAway(session);
    this.changed(session);
  }

  cameBack(session: RoomMember): void {
    this.views.cameBack(session);
  }

  caughtUp(session: RoomMember): void {
    this.changed(session);
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
    this.checkAdmitted();
    this.log.releaseWaiters();
    this.facts.release();
    this.facts.retry();
    yield* this.views.noteReceived();
    this.views.replaceOverdueHosts();
    for (const room of this.log.awaiting()) {
      this.tellAbsent(room);
      yield;
    }
  }

  /** Sessions that have ended, or were not admitted after all, must not stay members in the log. */
  private checkAdmitted(): void {
    for (const [key, id] of this.admitted) if (!this.isMember(key, id)) this.facts.changed(key, [id]);
    this.admitted = [];
  }

  private began(room: RoomReplica, holders: readonly string[]): void {
    const { key } = room;
    this.views.find(key)?.moveTo(room);
    const channel = this.deps.channels.find(key.instance, key.kind, key.name);
    // The others are named because this node may not have been known to hold the channel.
    if (channel)
      this.facts.changed(
        key,
        Array.from(channel.members(), ({ id }) => id),
      );
    else if (holders.includes(this.deps.process)) this.facts.due(key);
  }

  private rejoined(): void {
    for (const { channel } of this.views.all())
      this.facts.changed(
        roomKey(channel),
        Array.from(channel.members(), ({ id }) => id),
        true,
      );
    for (const { key } of this.log.all()) {
      const channel = this.deps.channels.find(key.instance, key.kind, key.name);
      if (channel)
        this.facts.changed(
          key,
          Array.from(channel.members(), ({ id }) => id),
          true,
        );
    }
  }

  private tellAbsent(room: RoomReplica): void {
    for (const process of room.awaitedProcesses)
      if (process !== this.deps.process && !this.deps.others.isHeard(process))
        void this.log.propose(room.key, { do: "absent", process });
  }

  /** Something about a session has changed that its rooms may want to know. */
  private changed(session: RoomMember): void {
    if (this.log.count === 0) return;
    for (const { channel } of session.memberships) {
      const key = roomKey(channel);
      if (this.log.find(key)) this.facts.changed(key, [session.id]);
    }
  }

  private isMember({ instance, kind, name }: RoomKey, session: number): boolean {
    const channel = this.deps.channels.find(instance, kind, name);
    return this.deps.sessions.get(session)?.memberships.some((one) => one.channel === channel) === true;
  }

  private factAbout(key: RoomKey, session: number): MemberFact {
    const present = this.deps.sessions.get(session);
    return {
      session,
      name: (present?.state.kind === "named" && present.state.name) || "",
      isAway: present?.isLive === false,
      wants: this.views.find(key)?.wants(session) ?? null,
    };
  }
}
