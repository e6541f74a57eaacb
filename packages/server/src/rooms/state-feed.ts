import { Channel, type Member } from "../delivery/channels.ts";
import type { Deliver } from "../delivery/deliver.ts";
import { SHARD_MEMBERS } from "../delivery/sharded-members.ts";
import { StallWatch, type StallWatchDeps } from "../delivery/stall-watch.ts";
import { BYTES_PER_UNIT } from "../fairness/turn-scheduler.ts";
import type { StateChange } from "../state.ts";
import {
  type Follower,
  type LiveTopic,
  NOTHING_SENT,
  ReceivedState,
  type RoomSession,
  type SavedReceived,
} from "./follower.ts";

/** A change that needs more units than this is sent to its followers one by one, in slices. */
const MAX_UNITS_AT_ONCE = 512;

/** Texts kept for other followers; each can have 256 KiB. */
const MAX_CACHED = 4;

export interface StateFeedDeps {
  readonly toChannel: Deliver["toChannel"];
  readonly broadcasts: Pick<Deliver["broadcasts"], "flushFor" | "flushBeforeJoin" | "joined">;
  /** Runs work for many followers in slices. */
  inSlices(steps: Iterator<void>): void;
  readonly counters: { conflatedChanges: number };
  readonly clock: StallWatchDeps["clock"];
  nextTopic(): string;
}

/** What followers are sent. */
export interface FeedSource {
  readonly channel: Channel;
  readonly version: number;
  since(version: number | "all"): StateChange | undefined;
  /** The `$room` frame. */
  roomFrame(): string;
}

/** Deliveries that are still to be made for a write. */
export interface OwedDeliveries {
  deliveries: number;
  bytes: number;
}

/**
 * Sends the state of a room to its followers (PROTOCOL.md R101, R102, R108). Those that keep up have a topic, so a change is one
 * publish. A follower that reads slowly or is away leaves it, and is later sent one difference, with the latest value of each
 * key: all that has to be remembered of it is a version.
 */
export class StateFeed {
  private readonly followers = new Map<number, Follower>();
  private topic: LiveTopic;
  /** What the followers with the current topic have been sent. */
  private published: { version: number; revision: number };
  private isCatchingUp = false;
  /** Texts that many followers are sent, until the state changes. */
  private readonly cached = new Map<number | "all", string>();
  private cachedVersion = -1;
  private readonly address: string;
  private readonly watch: StallWatch;

  constructor(
    private readonly deps: StateFeedDeps,
    private readonly source: FeedSource,
  ) {
    const { kind, name } = source.channel;
    this.address = `"${kind === "hub" ? "hub" : "bc"}":${JSON.stringify(name)}`;
    this.published = { version: source.version, revision: 0 };
    this.topic = this.newTopic();
    this.watch = new StallWatch({ ...deps, probed: ({ id }) => this.followers.get(id)?.session });
  }

  get size(): number {
    return this.followers.size;
  }

  has({ id }: Member): boolean {
    return this.followers.has(id);
  }

  /** Begins to follow, or begins again: sends the whole state and the room. */
  start(session: RoomSession): void {
    this.stop(session);
    const follower: Follower = { session, received: new ReceivedState(), topic: undefined, sent: NOTHING_SENT };
    this.followers.set(session.id, follower);
    this.catchUp(follower);
  }

  /** A session that followed before a restart, and is away. */
  restore(session: RoomSession, received: SavedReceived): void {
    this.followers.set(session.id, {
      session,
      received: new ReceivedState(received),
      topic: undefined,
      sent: NOTHING_SENT,
    });
  }

  /** What a follower has received, for a restart. */
  save(session: number): SavedReceived {
    return this.followers.get(session)?.received.save() ?? { samples: [] };
  }

  stop(session: Member): void {
    const follower = this.followers.get(session.id);
    if (!follower) return;
    this.leaveTopic(follower);
    this.followers.delete(session.id);
  }

  /** Sends a change. Returns what is still to be delivered, when it is too much for this turn. */
  changed(change: StateChange): OwedDeliveries | undefined {
    const text = this.differenceFrame(change);
    const { channel } = this.topic;
    const { size } = channel;
    if (size * Math.floor(text.length / BYTES_PER_UNIT) > MAX_UNITS_AT_ONCE) {
      this.retire();
      this.published.version = change.version;
      return { deliveries: size, bytes: size * text.length };
    }
    this.deps.toChannel(channel, text, undefined);
    this.published.version = change.version;
    this.watch.sent(channel);
    return undefined;
  }

  /** Sends a `$room` or `$host` frame; `event` is its inner JSON without the address. */
  announce(key: "$room" | "$host", event: object): void {
    const frame = `{"${key}":${this.withAddress(event)}}`;
    this.deps.toChannel(this.topic.channel, frame, undefined);
    this.published.revision++;
  }

  roomFrame(room: object): string {
    return `{"$room":${this.withAddress(room)}}`;
  }

  private withAddress(event: object): string {
    const inner = JSON.stringify(event).slice(1);
    return `{${this.address}${inner === "}" ? "" : ","}${inner}`;
  }

  /** Its connection has dropped. */
  wentAway(session: Member): void {
    const follower = this.followers.get(session.id);
    if (follower) this.leaveTopic(follower);
  }

  /** A new connection takes over. What was on the way on the old one is lost. */
  cameBack(session: Member): void {
    const follower = this.followers.get(session.id);
    if (!follower) return;
    this.leaveTopic(follower);
    follower.sent = { version: follower.received.settle(follower.session), revision: -1 };
  }

  /** Called when the client has caught up, or has read what waited for it. */
  ready(session: Member): void {
    const follower = this.followers.get(session.id);
    if (follower && follower.topic !== this.topic) this.catchUp(follower);
  }

  /** Called once a second for each room. */
  noteReceived(): void {
    for (const { topic, received, session } of this.followers.values())
      if (topic === this.topic) received.note(this.published.version, session);
  }

  /** All followers start again from what they have been sent: a change to all of them would take too long. */
  private retire(): void {
    this.topic.end = { ...this.published };
    this.topic = this.newTopic();
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    this.deps.inSlices(this.catchUpAll());
  }

  private *catchUpAll(): Generator<void> {
    for (let again = true; again; ) {
      again = false;
      for (const follower of this.followers.values()) {
        // Those without a topic are slow or away, and are caught up when that ends.
        if (!follower.topic || follower.topic === this.topic) continue;
        this.catchUp(follower);
        again = true;
        yield;
      }
    }
    this.isCatchingUp = false;
  }

  private newTopic(): LiveTopic {
    const { instance, kind, name } = this.source.channel;
    const channel = new Channel(instance, kind, name, this.deps.nextTopic(), SHARD_MEMBERS, false);
    channel.onLag = (member) => this.lagging(member);
    return { channel, end: undefined };
  }

  private lagging(member: Member): void {
    const follower = this.followers.get(member.id);
    if (follower?.topic && follower.session.isBehind) this.leaveTopic(follower);
  }

  private leaveTopic(follower: Follower): void {
    const { topic, session } = follower;
    if (!topic) return;
    this.deps.broadcasts.flushFor(session);
    follower.topic = undefined;
    follower.sent = topic.end ?? { ...this.published };
    topic.channel.delete(session);
  }

  /** Sends a follower what it lacks, unless it is too slow for that. */
  private catchUp(follower: Follower): void {
    const { session } = follower;
    this.leaveTopic(follower);
    if (!this.isReady(session)) return;
    const { sent } = follower;
    const { version } = this.source;
    const { revision } = this.published;
    const room = sent.revision < revision ? this.source.roomFrame() : "";
    const state = this.frameSince(sent.version);
    if (typeof sent.version === "number" && version > sent.version)
      this.deps.counters.conflatedChanges += version - sent.version - 1;
    follower.sent = { version, revision };
    // The state first: a program that becomes host continues from it when it learns that it is the host.
    if (state !== "") session.sendUncounted(state);
    if (room !== "") session.sendUncounted(room);
    // What it was sent may be too much for its connection, or may have ended it.
    if (this.isReady(session) && this.followers.get(session.id) === follower) this.joinTopic(follower);
  }

  private isReady({ isLive, isClosed, isBehind }: RoomSession): boolean {
    return isLive && !isClosed && !isBehind;
  }

  private joinTopic(follower: Follower): void {
    const { topic, deps } = this;
    deps.broadcasts.flushBeforeJoin(topic.channel);
    topic.channel.add(follower.session);
    deps.broadcasts.joined(topic.channel, follower.session);
    follower.topic = topic;
    follower.received.note(this.published.version, follower.session);
  }

  /** Empty text when nothing has changed. */
  private frameSince(version: number | undefined): string {
    const { source } = this;
    if (version === source.version) return "";
    if (this.cachedVersion !== source.version) this.cached.clear();
    this.cachedVersion = source.version;
    const change = version === undefined ? undefined : source.since(version);
    const key = version === undefined || !change ? "all" : version;
    const known = this.cached.get(key);
    if (known !== undefined) return known;
    const text = change ? this.differenceFrame(change) : this.wholeFrame();
    if (this.cached.size >= MAX_CACHED) this.cached.clear();
    this.cached.set(key, text);
    return text;
  }

  private differenceFrame({ version, values, deleted }: StateChange): string {
    const set = values === "" ? "" : `,"values":${values}`;
    const gone = deleted === "" ? "" : `,"deleted":${deleted}`;
    return `{"$state":{${this.address},"version":${version}${set}${gone}}}`;
  }

  private wholeFrame(): string {
    const values = this.source.since("all")?.values || "{}";
    return `{"$state":{${this.address},"version":${this.source.version},"whole":true,"values":${values}}}`;
  }
}
