import { achex2Limits } from "@achex/protocol";
import { Channel, type Member, type Membership } from "../delivery/channels.ts";
import { type Listed, memberOf, nameOf, type Page, pageOf } from "./roster.ts";

/** What presence asks of a session. */
export interface Present extends Listed {
  charge(bytes: number): void;
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
  /** The first page of the roster, kept while it is true: else a crowd that comes in costs the square of its number. */
  head: Page | undefined;
}

/** What it costs to look at one member of a channel for a page, in bytes of traffic. */
const LOOK = 16;

/** Whether a change of that member leaves the first page as it was. */
const isBehind = ({ next }: Page, sid: number, members: number): boolean =>
  next !== null && sid > next && members > achex2Limits.roster;

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

  /** The roster frame of a channel (PROTOCOL.md R20, R23); what it takes to make it is on whoever asked. */
  rosterFrame(channel: Channel, asker?: Present): string {
    const { members, next } = this.head(channel, asker);
    const roster = { ...addressOf(channel), count: channel.size, members };
    return JSON.stringify({ $roster: next === null ? roster : { ...roster, next } });
  }

  /** The members behind a session id (PROTOCOL.md R24). */
  page(channel: Channel, after: number, asker: Present): Page {
    return after === 0 ? this.head(channel, asker) : this.look(channel, after, asker);
  }

  follow(session: Present, channel: Channel): void {
    let book = this.books.get(channel);
    if (!book) {
      const followers = new Channel(channel.instance, channel.kind, channel.name, `p${++this.topics}`);
      book = { followers, counting: channel.size > achex2Limits.roster, countChanged: false, head: undefined };
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
    const book = this.eventful(channel, session.id);
    if (!book) return;
    this.tell(book, session.id, { $joined: { ...addressOf(channel), ...memberOf(session, membership) } });
  }

  /** The session has left the channel already. */
  left(session: Present, channel: Channel): void {
    if (this.books.size === 0) return;
    this.unfollow(session, channel);
    const book = this.eventful(channel, session.id);
    if (!book) return;
    this.tell(book, session.id, { $left: { ...addressOf(channel), name: nameOf(session), sid: session.id } });
  }

  changed(session: Present, { channel, attributes }: Membership): number {
    const book = this.eventful(channel, session.id);
    if (!book) return 0;
    const event = { ...addressOf(channel), name: nameOf(session), sid: session.id, attributes };
    return this.tell(book, session.id, { $changed: event });
  }

  /** Another name for the same session changes it wherever it is listed: one small login may thus cost a lot. */
  renamed(session: Present): void {
    let bytes = 0;
    for (const membership of session.memberships) bytes += this.changed(session, membership);
    if (bytes > 0) session.charge(bytes);
  }

  /** Sends the counts that changed, and the roster where there are few again; to be called once a second (PROTOCOL.md R23). */
  tick(): void {
    for (const [channel, book] of this.books) {
      if (!book.counting || !book.countChanged) continue;
      book.countChanged = false;
      book.counting = channel.size > achex2Limits.roster;
      const count = { $count: { ...addressOf(channel), count: channel.size } };
      this.parts.toChannel(book.followers, book.counting ? JSON.stringify(count) : this.rosterFrame(channel), 0);
    }
  }

  private head(channel: Channel, asker: Present | undefined): Page {
    const book = this.books.get(channel);
    const head = book?.head ?? this.look(channel, 0, asker);
    if (book) book.head = head;
    return head;
  }

  private look(channel: Channel, after: number, asker: Present | undefined): Page {
    asker?.charge(channel.size * LOOK);
    return pageOf(channel, this.parts.sessions, after);
  }

  /** The book of a channel whose single events are told; else notes what changed. `sid` is the member that did. */
  private eventful(channel: Channel, sid: number): Book | undefined {
    if (this.books.size === 0) return undefined;
    const book = this.books.get(channel);
    if (!book) return undefined;
    if (book.head && !isBehind(book.head, sid, channel.size)) book.head = undefined;
    // Few again is only found out by tick(): whoever comes and goes at the limit would else send a roster to all each time.
    book.counting ||= channel.size > achex2Limits.roster;
    book.countChanged = book.counting;
    return book.counting ? undefined : book;
  }

  private tell({ followers }: Book, except: number, event: object): number {
    const text = JSON.stringify(event);
    this.parts.toChannel(followers, text, except);
    return text.length;
  }
}
