import type { Channel, Membership } from "../../delivery/channels.ts";
import type { RoomKey } from "../../state.ts";
import type { RoomMember } from "../node-rooms.ts";
import { roomKey } from "../room.ts";
import { MemberFacts } from "./member-facts.ts";
import type { MemberFact, RoomEntry } from "./room-entries.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomReplica } from "./room-replica.ts";
import { roomText } from "./room-replicas.ts";
import type { RoomViews, RoomViewsDeps } from "./room-views.ts";

export interface OwnMembersDeps {
  readonly clock: RoomViewsDeps["clock"];
  /** Random text of this process. */
  readonly process: string;
  readonly channels: { find(instance: string, kind: Channel["kind"], name: string): Channel | undefined };
  readonly sessions: { get(id: number): RoomMember | undefined };
  /** A member has another seat, or none, although it did not ask for that. */
  seatChanged(session: number, membership: Membership): void;
}

/** By then, every entry that the node has proposed is in the log or given up. */
const MOVED_MILLISECONDS = 10_000;

interface Joining {
  readonly room: RoomKey;
  readonly session: number;
}

/** The sessions of this node in the rooms of a cluster, and what the log has to know of them. */
export class OwnMembers {
  readonly facts: MemberFacts;
  /** Sessions whose join is being decided, or has been and they have not entered yet. */
  private readonly joining = new Map<number, Joining>();
  /** Sessions whose join has been decided: since the last tick, and before it. */
  private admitted: Joining[] = [];
  private overdue: Joining[] = [];
  /** Sessions that have moved to another node, and when: entries of theirs may still be on the way. */
  private readonly moved = new Map<number, number>();

  constructor(
    private readonly deps: OwnMembersDeps,
    private readonly log: RoomLog,
    private readonly views: RoomViews,
  ) {
    this.facts = new MemberFacts({
      clock: deps.clock,
      factOf: (room, session) => {
        if (this.isJoining(room, session) || this.moved.has(session)) return "unknown";
        return this.isMember(room, session) ? this.factAbout(room, session) : "left";
      },
      propose: (room, request, settled) =>
        void log.propose(room, request).then(({ outcome }) => {
          if (outcome.do === "told") this.told(room, request.present);
          settled(outcome.do === "told");
        }),
      flushed: () => views.replaceUrgent(),
    });
  }

  /** A join of the session is being decided: nothing is certain of it until it has entered. */
  asks(room: RoomKey, session: number): void {
    // It may have left just now, and must not be put out after it has joined again.
    this.facts.tellNow(room);
    this.joining.set(session, { room, session });
  }

  refused(room: RoomKey, session: number): void {
    this.joining.delete(session);
    // It was left out in the meantime.
    if (this.log.find(room) || this.views.find(room)) this.facts.changed(room, [session]);
  }

  wasAdmitted(session: number): void {
    const joining = this.joining.get(session);
    if (joining) this.admitted.push(joining);
  }

  /** The session has done what it was admitted for. */
  entered(room: RoomKey, session: number): void {
    const wasJoining = this.joining.delete(session);
    const replica = this.log.find(room);
    if (replica && (wasJoining || !replica.has(session))) this.facts.changed(room, [session]);
  }

  /** The session is at another node, which tells about it from now on. */
  movedAway(room: RoomKey, session: number): void {
    this.facts.forget(room, session);
    this.moved.set(session, this.deps.clock.now());
  }

  /** The session is here now, and was at another node before. */
  arrived(room: RoomKey, session: number): void {
    this.moved.delete(session);
    this.facts.changed(room, [session]);
  }

  /** Due once a second: sessions that have ended, or were not admitted after all, must not stay members in the log. */
  checkAdmitted(): void {
    for (const joining of this.overdue) {
      const { room, session } = joining;
      const hasStopped = this.joining.get(session) === joining;
      if (hasStopped) this.joining.delete(session);
      if (hasStopped || !this.isMember(room, session)) this.facts.changed(room, [session]);
    }
    const since = this.deps.clock.now() - MOVED_MILLISECONDS;
    for (const [session, at] of this.moved) if (at < since) this.moved.delete(session);
    this.overdue = this.admitted;
    this.admitted = [];
  }

  /** What nobody waits for any more, or was asked by a session that has left since, is corrected. */
  ownEntry({ room, request }: RoomEntry, isLate: boolean): void {
    if (request.do === "join" && isLate) this.facts.changed(room, [request.fact.session]);
    if (request.do === "members") {
      const gone = request.present.filter(({ session }) => !this.isMember(room, session));
      if (gone.length > 0)
        this.facts.changed(
          room,
          gone.map(({ session }) => session),
        );
    }
    if (request.do === "write" && !this.isMember(room, request.session)) this.facts.changed(room, [request.session]);
  }

  /** All nodes know what this one has told them of its sessions. */
  private told(key: RoomKey, facts: readonly MemberFact[]): void {
    const room = this.log.find(key);
    if (!room) return;
    this.views.find(key)?.moveTo(room);
    for (const { session } of facts) {
      const membership = this.isJoining(key, session) ? undefined : this.membershipOf(key, session);
      const seat = room.roles.seats.of(session);
      if (!membership || membership.seat === seat) continue;
      // It was free again, or somebody else has it.
      membership.seat = seat;
      this.deps.seatChanged(session, membership);
    }
  }

  /** A room has something to remember from now on. */
  began(room: RoomReplica, holders: readonly string[]): void {
    const { key } = room;
    // Members here, because this node may not have been known to hold the channel.
    this.facts.changed(key, this.membersHere(key));
    if (holders.includes(this.deps.process)) this.facts.due(key);
  }

  /** The others took this process for dead. */
  rejoined(): void {
    const rooms = [
      ...Array.from(this.views.all(), ({ channel }) => roomKey(channel)),
      ...this.log.all().map(({ key }) => key),
    ];
    for (const key of rooms) this.facts.changed(key, this.membersHere(key));
  }

  /** Something about a session has changed that its rooms may want to know. */
  changed(session: RoomMember): void {
    if (this.log.count === 0) return;
    for (const { channel } of session.memberships) {
      const key = roomKey(channel);
      if (this.log.find(key)) this.facts.changed(key, [session.id]);
    }
  }

  private isJoining(room: RoomKey, session: number): boolean {
    const joining = this.joining.get(session);
    return joining !== undefined && roomText(joining.room) === roomText(room);
  }

  private isMember(key: RoomKey, session: number): boolean {
    return this.membershipOf(key, session) !== undefined;
  }

  private membershipOf({ instance, kind, name }: RoomKey, session: number): Membership | undefined {
    const channel = this.deps.channels.find(instance, kind, name);
    return this.deps.sessions.get(session)?.memberships.find((one) => one.channel === channel);
  }

  factAbout(key: RoomKey, session: number): MemberFact {
    const present = this.deps.sessions.get(session);
    return {
      session,
      name: (present?.state.kind === "named" && present.state.name) || "",
      isAway: present?.isLive === false,
      wants: this.views.wants(key, session),
      seat: this.membershipOf(key, session)?.seat ?? null,
    };
  }
  private membersHere({ instance, kind, name }: RoomKey): readonly number[] {
    return Array.from(this.deps.channels.find(instance, kind, name)?.members() ?? [], ({ id }) => id);
  }
}
