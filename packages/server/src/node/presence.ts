import { achex2Limits } from "@achex/protocol";
import { Channel, type Member, type Membership } from "../delivery/channels.ts";
import { nameOf, type Page, pageOf, type RosterSession, rosterMemberOf } from "./roster.ts";

/** What presence asks of a session. */
export interface PresenceSession extends RosterSession {
  chargeBytes(bytes: number): void;
}

export interface PresenceDeps {
  /** Every session by its id. */
  readonly sessions: { get(id: number): PresenceSession | undefined };
  toChannel(channel: Channel, text: string, except: number | undefined): void;
}

/** Who follows the presence of one hub or broadcast. */
interface PresenceState {
  /** A channel of its own: its topic takes events to all followers at once, in order with the messages. */
  readonly followers: Channel;
  /** More members than a roster lists: followers get counts. */
  countsOnly: boolean;
  countChanged: boolean;
  /** The first page of the roster, kept while it is true: else a crowd that comes in costs the square of its number. */
  firstPage: Page | undefined;
}

/** What it costs to look at one member of a channel for a page, in bytes of traffic. */
const BYTES_PER_SCANNED_MEMBER = 16;

/** Whether a change of that member leaves the first page as it was. */
const isAfterPage = ({ next }: Page, sid: number, members: number): boolean =>
  next !== null && sid > next && members > achex2Limits.roster;

const addressOf = ({ kind, name }: Channel) => (kind === "hub" ? { hub: name } : { bc: name });

/** Rosters and their changes, for those who asked (PROTOCOL.md R20..R24). Costs nothing where nobody did. */
export class Presence {
  private readonly states = new Map<Channel, PresenceState>();
  private topicCount = 0;

  constructor(private readonly deps: PresenceDeps) {}

  get followedChannels(): number {
    return this.states.size;
  }

  get followers(): number {
    let followers = 0;
    for (const state of this.states.values()) followers += state.followers.size;
    return followers;
  }

  /** The roster frame of a channel (PROTOCOL.md R20, R23); what it takes to make it is on whoever asked. */
  rosterFrame(channel: Channel, asker?: PresenceSession): string {
    const { members, next } = this.firstPage(channel, asker);
    const roster = { ...addressOf(channel), count: channel.size, members };
    return JSON.stringify({ $roster: next === null ? roster : { ...roster, next } });
  }

  /** The members behind a session id (PROTOCOL.md R24). */
  page(channel: Channel, after: number, asker: PresenceSession): Page {
    return after === 0 ? this.firstPage(channel, asker) : this.scanPage(channel, after, asker);
  }

  follow(session: PresenceSession, channel: Channel): void {
    let state = this.states.get(channel);
    if (!state) {
      const followers = new Channel(channel.instance, channel.kind, channel.name, `p${++this.topicCount}`);
      state = { followers, countsOnly: channel.size > achex2Limits.roster, countChanged: false, firstPage: undefined };
      this.states.set(channel, state);
    }
    state.followers.add(session);
  }

  unfollow(session: Member, channel: Channel): void {
    const state = this.states.get(channel);
    state?.followers.delete(session);
    if (state?.followers.size === 0) this.states.delete(channel);
  }

  joined(session: PresenceSession, membership: Membership): void {
    const { channel } = membership;
    const state = this.singleEvent(channel, session.id);
    if (!state) return;
    this.notify(state, session.id, { $joined: { ...addressOf(channel), ...rosterMemberOf(session, membership) } });
  }

  /** The session has left the channel already. */
  left(session: PresenceSession, channel: Channel): void {
    if (this.states.size === 0) return;
    this.unfollow(session, channel);
    const state = this.singleEvent(channel, session.id);
    if (!state) return;
    this.notify(state, session.id, { $left: { ...addressOf(channel), name: nameOf(session), sid: session.id } });
  }

  attributesChanged(session: PresenceSession, { channel, attributes }: Membership): number {
    const state = this.singleEvent(channel, session.id);
    if (!state) return 0;
    const event = { ...addressOf(channel), name: nameOf(session), sid: session.id, attributes };
    return this.notify(state, session.id, { $changed: event });
  }

  /** Another name for the same session changes it wherever it is listed: one small login may thus cost a lot. */
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
      state.countsOnly = channel.size > achex2Limits.roster;
      const count = { $count: { ...addressOf(channel), count: channel.size } };
      this.deps.toChannel(
        state.followers,
        state.countsOnly ? JSON.stringify(count) : this.rosterFrame(channel),
        undefined,
      );
    }
  }

  private firstPage(channel: Channel, asker: PresenceSession | undefined): Page {
    const state = this.states.get(channel);
    const head = state?.firstPage ?? this.scanPage(channel, 0, asker);
    if (state) state.firstPage = head;
    return head;
  }

  private scanPage(channel: Channel, after: number, asker: PresenceSession | undefined): Page {
    asker?.chargeBytes(channel.size * BYTES_PER_SCANNED_MEMBER);
    return pageOf(channel, this.deps.sessions, after);
  }

  /** The state of a channel whose single events are told; else notes what changed. `sid` is the member that did. */
  private singleEvent(channel: Channel, sid: number): PresenceState | undefined {
    if (this.states.size === 0) return undefined;
    const state = this.states.get(channel);
    if (!state) return undefined;
    if (state.firstPage && !isAfterPage(state.firstPage, sid, channel.size)) state.firstPage = undefined;
    // Few again is only found out by tick(): whoever comes and goes at the limit would else send a roster to all each time.
    state.countsOnly ||= channel.size > achex2Limits.roster;
    state.countChanged = state.countsOnly;
    return state.countsOnly ? undefined : state;
  }

  private notify({ followers }: PresenceState, except: number | undefined, event: object): number {
    const text = JSON.stringify(event);
    this.deps.toChannel(followers, text, except);
    return text.length;
  }
}
