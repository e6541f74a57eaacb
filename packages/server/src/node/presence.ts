import { achex2Limits, awayFrame } from "@achex/protocol";
import { Channel, type Member, type Membership } from "../delivery/channels.ts";
import { EventClock } from "./event-clock.ts";
import { latestFor } from "./latest-event.ts";
import type { PresenceDeps, PresenceSession, PresenceState } from "./presence-state.ts";
import {
  addressOf,
  isAfterPage,
  type MemberEvent,
  memberFrame,
  nameOf,
  type Page,
  pageOf,
  type RosterMember,
  rosterMemberOf,
} from "./roster.ts";

/** Bytes charged for each member that is scanned to build a page. */
const BYTES_PER_SCANNED_MEMBER = 16;

/** Sends rosters and their changes to sessions that follow a channel (PROTOCOL.md R20..R24). Free where nobody follows. */
export class Presence {
  private readonly states = new Map<Channel, PresenceState>();
  private topicCount = 0;
  private readonly events: EventClock;

  constructor(private readonly deps: PresenceDeps) {
    this.events = deps.events ?? new EventClock();
  }

  get followedChannels(): number {
    return this.states.size;
  }

  get followers(): number {
    let followers = 0;
    for (const state of this.states.values()) followers += state.followers.size;
    return followers;
  }

  /** The roster frame of a channel (PROTOCOL.md R20, R23). The work is charged to the session that asked. */
  rosterFrame(channel: Channel, asker?: PresenceSession): string {
    const { members, next } = this.firstPage(channel, asker);
    const roster = { ...addressOf(channel), count: this.sizeOf(channel), members };
    return JSON.stringify({ $roster: next === null ? roster : { ...roster, next } });
  }

  /** Members of a channel on all nodes, as far as they are known here. */
  sizeOf(channel: Channel): number {
    const { others } = this.deps;
    return others ? channel.size + others.count(channel) : channel.size;
  }

  /** The members that are on this node. */
  membersHere(channel: Channel): RosterMember[] {
    const members: RosterMember[] = [];
    for (const { id } of channel.members()) {
      const session = this.deps.sessions.get(id);
      const membership = session?.memberships.find((one) => one.channel === channel);
      if (session && membership) members.push(rosterMemberOf(session, membership));
    }
    return members;
  }

  /** The members after a session id; 0 starts at the first (PROTOCOL.md R24). */
  page(channel: Channel, after: number, asker: PresenceSession): Page {
    return after === 0 ? this.firstPage(channel, asker) : this.scanPage(channel, after, asker);
  }

  /** The same for the members on this node only. */
  pageHere(channel: Channel, after: number): Page {
    return pageOf(channel, this.deps.sessions, after);
  }

  follow(session: PresenceSession, channel: Channel): void {
    let state = this.states.get(channel);
    if (!state) {
      const topic = `p${++this.topicCount}`;
      const followers = new Channel(channel.instance, channel.kind, channel.name, topic, undefined, false);
      state = {
        followers,
        countsOnly: this.sizeOf(channel) > achex2Limits.roster,
        countChanged: false,
        latest: { event: 0, member: 0, before: 0 },
        firstPage: undefined,
      };
      this.states.set(channel, state);
    }
    state.followers.add(session);
    // The roster that it receives may be lost with its connection.
    this.note(state);
  }

  /** The channels by which a session receives events. */
  *followedBy(session: PresenceSession): Generator<Channel> {
    if (this.states.size === 0) return;
    for (const { channel } of session.memberships) {
      const followers = this.states.get(channel)?.followers;
      if (followers?.has(session)) yield followers;
    }
  }

  unfollow(session: Member, channel: Channel): void {
    const state = this.states.get(channel);
    state?.followers.delete(session);
    if (state?.followers.size !== 0) return;
    this.states.delete(channel);
    this.deps.others?.unfollow(channel);
  }

  isFollowed(channel: Channel): boolean {
    return this.states.has(channel);
  }

  isFollowedBy(session: Member, channel: Channel): boolean {
    return this.states.get(channel)?.followers.has(session) === true;
  }

  joined(session: PresenceSession, membership: Membership): void {
    const { channel } = membership;
    this.deps.others?.tell(channel, { kind: "joined", member: rosterMemberOf(session, membership) });
    const state = this.singleEvent(channel, session.id);
    if (!state) return;
    this.notify(state, session.id, { $joined: { ...addressOf(channel), ...rosterMemberOf(session, membership) } });
  }

  /** The session of a member moved here from another node. Followers who knew it there do not notice. */
  arrived(session: PresenceSession, membership: Membership, isKnown: boolean): void {
    if (!isKnown) {
      this.joined(session, membership);
      return;
    }
    this.deps.others?.tell(membership.channel, { kind: "joined", member: rosterMemberOf(session, membership) });
    this.listedEvent(membership.channel, session.id);
  }

  /** A member on another node came, went or changed. */
  elsewhere(channel: Channel, event: MemberEvent): void {
    const sid = event.kind === "joined" ? event.member.sid : event.sid;
    const isListed = event.kind === "away" || event.kind === "back";
    const state = isListed ? this.listedEvent(channel, sid) : this.singleEvent(channel, sid);
    if (state) this.notify(state, undefined, memberFrame(channel, event));
  }

  /** Called after the session has left the channel. */
  left(session: PresenceSession, channel: Channel): void {
    this.deps.others?.tell(channel, { kind: "left", sid: session.id, name: nameOf(session) });
    if (this.states.size === 0) return;
    this.unfollow(session, channel);
    const state = this.singleEvent(channel, session.id);
    if (!state) return;
    this.notify(state, session.id, { $left: { ...addressOf(channel), name: nameOf(session), sid: session.id } });
  }

  attributesChanged(session: PresenceSession, { channel, attributes }: Membership): number {
    this.deps.others?.tell(channel, { kind: "changed", sid: session.id, name: nameOf(session), attributes });
    const state = this.singleEvent(channel, session.id);
    if (!state) return 0;
    const event = { ...addressOf(channel), name: nameOf(session), sid: session.id, attributes };
    return this.notify(state, session.id, { $changed: event });
  }

  /** Tells the followers of a session's channels that it is away, or back, one channel a step (PROTOCOL.md R76). */
  *awayChanged(session: PresenceSession, isAway: boolean): Generator<void> {
    for (const membership of session.memberships) {
      yield;
      if (membership.isAway === isAway) continue;
      membership.isAway = isAway;
      const { kind, name } = membership.channel;
      const event = { kind: isAway ? "away" : "back", sid: session.id, name: nameOf(session) } as const;
      this.deps.others?.tell(membership.channel, event);
      const state = this.listedEvent(membership.channel, session.id);
      if (!state || kind === "name") continue;
      const member = { kind, channel: name, name: nameOf(session), sid: session.id };
      this.deps.toChannel(state.followers, awayFrame(isAway ? "$away" : "$back", member), session.id);
    }
  }

  /** Sends a session the rosters of the channels it follows in which there was an event after that one, one a step (PROTOCOL.md R80). */
  *sendRostersSince(session: PresenceSession, event: number): Generator<void> {
    for (const { channel } of session.memberships) {
      const state = this.states.get(channel);
      if (!state || latestFor(session, state.latest) <= event || !state.followers.has(session)) continue;
      const roster = this.rosterFrame(channel, session);
      session.sendUncounted(roster);
      session.chargeBytes(roster.length);
      yield;
    }
  }

  /** The member has another seat, or none (PROTOCOL.md R122). */
  seatChanged(session: PresenceSession, { channel, seat }: Membership): void {
    this.deps.others?.tell(channel, { kind: "seat", sid: session.id, name: nameOf(session), seat: seat ?? null });
    const state = this.singleEvent(channel, session.id);
    if (!state) return;
    const event = { ...addressOf(channel), name: nameOf(session), sid: session.id, seat: seat ?? null };
    this.notify(state, session.id, { $changed: event });
  }

  /** A new name changes a session in all its channels, so its events are charged: the login that caused them is small. */
  renamed(session: PresenceSession): void {
    let bytes = 0;
    for (const membership of session.memberships) bytes += this.attributesChanged(session, membership);
    if (bytes > 0) session.chargeBytes(bytes);
  }

  /** Sends the counts that changed, and the roster where there are few again, one channel a step; due once a second (PROTOCOL.md R23). */
  *tick(): Generator<void> {
    for (const [channel, state] of this.states) {
      yield;
      if (!state.countsOnly || !state.countChanged) continue;
      state.countChanged = false;
      this.note(state);
      const size = this.sizeOf(channel);
      if (size <= achex2Limits.roster) {
        yield* this.sendRoster(channel, state);
        continue;
      }
      const count = { $count: { ...addressOf(channel), count: size } };
      this.deps.toChannel(state.followers, JSON.stringify(count), undefined);
    }
  }

  /** Sends the roster to every follower, one a step because it can be 1 MB, and returns to single events. */
  private *sendRoster(channel: Channel, state: PresenceState): Generator<void> {
    const roster = this.rosterFrame(channel);
    for (const { id } of [...state.followers.members()]) {
      const follower = this.deps.sessions.get(id);
      if (follower && state.followers.has(follower)) follower.sendUncounted(roster);
      yield;
    }
    // After a change meanwhile the roster is out of date: the next tick sends another.
    if (!state.countChanged) state.countsOnly = false;
  }

  private firstPage(channel: Channel, asker: PresenceSession | undefined): Page {
    const state = this.states.get(channel);
    const head = state?.firstPage ?? this.scanPage(channel, 0, asker);
    if (state) state.firstPage = head;
    return head;
  }

  private scanPage(channel: Channel, after: number, asker: PresenceSession | undefined): Page {
    asker?.chargeBytes(channel.size * BYTES_PER_SCANNED_MEMBER);
    return pageOf(channel, this.deps.sessions, after, this.deps.others);
  }

  /**
   * The state of a channel whose followers receive single events. undefined when nobody follows, or when they receive counts;
   * then the change is noted for the next tick. `sid` is the member that changed.
   */
  private singleEvent(channel: Channel, sid: number): PresenceState | undefined {
    if (this.states.size === 0) return undefined;
    const state = this.states.get(channel);
    if (!state) return undefined;
    const size = this.sizeOf(channel);
    if (state.firstPage && !isAfterPage(state.firstPage, sid, size)) state.firstPage = undefined;
    this.note(state, sid);
    // Only tick() returns to single events. Otherwise a member joining and leaving at the limit would send everybody a roster each time.
    state.countsOnly ||= size > achex2Limits.roster;
    state.countChanged = state.countsOnly;
    return state.countsOnly ? undefined : state;
  }

  /** The same for a change that rosters list but counts do not, so that it sends no count (PROTOCOL.md R76). */
  private listedEvent(channel: Channel, sid: number): PresenceState | undefined {
    const state = this.states.get(channel);
    const { countChanged = false } = state ?? {};
    const single = this.singleEvent(channel, sid);
    // Few enough for a roster again, which may have been sent to some followers already.
    if (state && !single) state.countChanged = countChanged || this.sizeOf(channel) <= achex2Limits.roster;
    return single;
  }

  private note({ latest }: PresenceState, member = 0): void {
    if (latest.member !== member) latest.before = latest.event;
    latest.member = member;
    latest.event = this.events.next();
  }

  private notify({ followers }: PresenceState, except: number | undefined, event: object): number {
    const text = JSON.stringify(event);
    this.deps.toChannel(followers, text, except);
    return text.length;
  }
}
