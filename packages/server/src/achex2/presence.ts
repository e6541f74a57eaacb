import { type Attributes, achex2Limits } from "@achex/protocol";
import { Channel, type Member, type Membership } from "../channels.ts";

/** What presence asks of a session. */
export interface Present extends Member {
  readonly state: { readonly kind: string; readonly name?: string };
  readonly memberships: readonly Membership[];
}

export interface PresenceParts {
  /** Every session by its id. */
  readonly sessions: { get(id: number): Present | undefined };
  toChannel(channel: Channel, text: string, except: number): void;
}

/** Who follows the presence of one hub or broadcast. */
interface Book {
  /** A channel of its own: its topic takes events to all followers at once, in order with the messages. */
  readonly followers: Channel;
  /** More members than a roster lists: followers get counts. */
  counting: boolean;
  countChanged: boolean;
}

export interface RosterMember {
  readonly name: string;
  readonly sid: number;
  readonly joined: number;
  readonly attributes: Attributes;
}

const addressOf = ({ kind, name }: Channel) => (kind === "hub" ? { hub: name } : { bc: name });

/** Rosters and their changes, for those who asked (PROTOCOL.md R20..R24). Costs nothing where nobody did. */
export class Presence {
  private readonly books = new Map<Channel, Book>();
  private topics = 0;

  constructor(private readonly parts: PresenceParts) {}

  get followedChannels(): number {
    return this.books.size;
  }

  get followers(): number {
    let followers = 0;
    for (const book of this.books.values()) followers += book.followers.size;
    return followers;
  }

  /** All members, in the order of their session ids. */
  membersOf(channel: Channel): RosterMember[] {
    const members: RosterMember[] = [];
    for (const { id } of channel.members()) {
      const session = this.parts.sessions.get(id);
      const membership = session?.memberships.find((one) => one.channel === channel);
      if (session && membership) members.push(rosterMember(session, membership));
    }
    return members.sort((a, b) => a.sid - b.sid);
  }

  /** The roster frame of a channel (PROTOCOL.md R20, R23). */
  rosterFrame(channel: Channel): string {
    const all = this.membersOf(channel);
    const members = all.slice(0, achex2Limits.roster);
    const next = all.length > members.length ? { next: members.at(-1)?.sid } : {};
    return JSON.stringify({ $roster: { ...addressOf(channel), count: all.length, members, ...next } });
  }

  follow(session: Present, channel: Channel): void {
    let book = this.books.get(channel);
    if (!book) {
      const followers = new Channel(channel.instance, channel.kind, channel.name, `p${++this.topics}`);
      book = { followers, counting: channel.size > achex2Limits.roster, countChanged: false };
      this.books.set(channel, book);
    }
    book.followers.add(session);
  }

  unfollow(session: Member, channel: Channel): void {
    const book = this.books.get(channel);
    book?.followers.delete(session);
    if (book?.followers.size === 0) this.books.delete(channel);
  }

  joined(session: Present, membership: Membership): void {
    const { channel } = membership;
    if (this.books.size === 0 || this.counts(channel)) return;
    this.tell(channel, session.id, { $joined: { ...addressOf(channel), ...rosterMember(session, membership) } });
  }

  /** The session has left the channel already. */
  left(session: Present, channel: Channel): void {
    if (this.books.size === 0) return;
    this.unfollow(session, channel);
    const wasCounting = this.books.get(channel)?.counting === true;
    if (this.counts(channel)) return;
    if (!wasCounting)
      this.tell(channel, session.id, { $left: { ...addressOf(channel), name: nameOf(session), sid: session.id } });
  }

  changed(session: Present, { channel, attributes }: Membership): void {
    if (this.counts(channel)) return;
    this.tell(channel, session.id, {
      $changed: { ...addressOf(channel), name: nameOf(session), sid: session.id, attributes },
    });
  }

  /** Another name for the same session changes it wherever it is listed. */
  renamed(session: Present): void {
    for (const membership of session.memberships) this.changed(session, membership);
  }

  /** Sends the counts that changed; to be called once a second (PROTOCOL.md R23). */
  tick(): void {
    for (const [channel, book] of this.books) {
      if (!book.countChanged) continue;
      book.countChanged = false;
      if (book.counting) this.tell(channel, 0, { $count: { ...addressOf(channel), count: channel.size } });
    }
  }

  /** Whether the channel has too many members for single events; notes that its count changed, or that it is small again. */
  private counts(channel: Channel): boolean {
    const book = this.books.get(channel);
    if (!book) return true;
    const large = channel.size > achex2Limits.roster;
    if (book.counting && !large) this.parts.toChannel(book.followers, this.rosterFrame(channel), 0);
    book.counting = large;
    book.countChanged = large;
    return large;
  }

  private tell(channel: Channel, except: number, event: object): void {
    const book = this.books.get(channel);
    if (book) this.parts.toChannel(book.followers, JSON.stringify(event), except);
  }
}

const nameOf = ({ state }: Present): string => state.name ?? "";

const rosterMember = (session: Present, { joined, attributes }: Membership): RosterMember => ({
  name: nameOf(session),
  sid: session.id,
  joined,
  attributes,
});
