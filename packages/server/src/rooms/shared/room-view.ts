import type { RoomJoin } from "@achex/protocol";
import type { Clock } from "../../clock.ts";
import type { Channel, Member } from "../../delivery/channels.ts";
import type { StateChange, StateSink } from "../../state.ts";
import type { RoomSession, SavedReceived } from "../follower.ts";
import { shownHost, shownRoom } from "../shown-room.ts";
import { type FeedSource, type OwedDeliveries, StateFeed, type StateFeedDeps } from "../state-feed.ts";
import type { RoomReplica } from "./room-replica.ts";

export interface RoomViewDeps extends StateFeedDeps {
  readonly clock: StateFeedDeps["clock"] & Pick<Clock, "now" | "afterTurn">;
  readonly counters: StateFeedDeps["counters"] & { hostChanges: number };
}

/** A host that has been away for too long. */
export interface OverdueHost {
  readonly host: number;
  readonly term: number;
}

/** What the followers of one node are sent of a room that all nodes of the cluster have. */
export class RoomView implements StateSink, FeedSource {
  private readonly feed: StateFeed;
  /** Followers, and whether they want to be host. */
  private readonly followers = new Map<number, { readonly session: RoomSession; wants: boolean; hasBegun: boolean }>();
  /** When a host of this node that is away may be replaced; undefined while it is not away. */
  private hostAwayUntil: number | undefined;
  private owed: OwedDeliveries | undefined;

  constructor(
    readonly channel: Channel,
    private replica: RoomReplica,
    private readonly deps: RoomViewDeps,
  ) {
    this.feed = new StateFeed(deps, this);
    replica.view = this;
  }

  get size(): number {
    return this.feed.size;
  }

  get version(): number {
    return this.replica.state.version;
  }

  since(version: number | "all"): StateChange | undefined {
    return this.replica.state.since(version);
  }

  roomFrame(): string {
    return this.feed.roomFrame(this.shown);
  }

  /** The room has begun again, because this node was taken for dead. Its followers begin when all nodes know of them again. */
  moveTo(replica: RoomReplica): void {
    if (replica !== this.replica) {
      this.replica = replica;
      replica.view = this;
      this.hostAwayUntil = undefined;
      for (const follower of this.followers.values()) {
        this.feed.stop(follower.session);
        follower.hasBegun = false;
      }
    }
    for (const [id, follower] of this.followers) {
      if (follower.hasBegun || !replica.roles.candidates.includes(id)) continue;
      follower.hasBegun = true;
      this.feed.start(follower.session);
    }
  }

  /** Whether a follower wants to be host; null if the session does not follow. */
  wants(session: number): boolean | null {
    return this.followers.get(session)?.wants ?? null;
  }

  /** Does what a join has asked for, when all nodes know. */
  follow(session: RoomSession, { state, host }: Pick<RoomJoin, "state" | "host">): void {
    if (state === false) {
      this.stop(session);
      return;
    }
    const present = this.followers.get(session.id);
    if (!present && state !== true) return;
    const wants = present ? (host ?? present.wants) : host !== false;
    this.followers.set(session.id, { session, wants, hasBegun: state === true || present?.hasBegun === true });
    if (state === true) this.feed.start(session);
  }

  /** A session that followed on another node, or before a restart, and is away. */
  restore(session: RoomSession, wants: boolean, received: SavedReceived): void {
    this.followers.set(session.id, { session, wants, hasBegun: true });
    this.feed.restore(session, received);
    if (this.replica.state.host === session.id) this.startGrace();
  }

  /** What a follower has received, for another node. */
  save(session: number): SavedReceived {
    return this.feed.save(session);
  }

  stop(session: Member): void {
    this.followers.delete(session.id);
    this.feed.stop(session);
  }

  wentAway(session: Member): void {
    this.feed.wentAway(session);
    if (this.replica.state.host === session.id) this.startGrace();
  }

  cameBack(session: Member): void {
    this.feed.cameBack(session);
  }

  caughtUp(session: Member): void {
    if (this.replica.state.host === session.id) this.hostAwayUntil = undefined;
    this.feed.ready(session);
  }

  drained(session: Member): void {
    this.feed.ready(session);
  }

  noteReceived(): void {
    this.feed.noteReceived();
  }

  /** A host of this node that has to be replaced; once, unless it is asked for again by graceFailed(). */
  takeOverdueHost(): OverdueHost | undefined {
    const { hostAwayUntil, deps } = this;
    const { host, term } = this.replica.state;
    if (hostAwayUntil === undefined || host === undefined || deps.clock.now() < hostAwayUntil) return undefined;
    this.hostAwayUntil = Number.POSITIVE_INFINITY;
    return { host, term };
  }

  /** The other nodes could not be told. */
  graceFailed(): void {
    if (this.hostAwayUntil === Number.POSITIVE_INFINITY) this.hostAwayUntil = 0;
  }

  /** Deliveries of large changes that have been begun since the last call, to charge their writer. */
  takeOwed(): OwedDeliveries | undefined {
    const { owed } = this;
    this.owed = undefined;
    return owed;
  }

  changed(change: StateChange): void {
    const owed = this.feed.changed(change);
    if (owed) this.owed = owed;
  }

  hostChanged(host: number | undefined, term: number): void {
    this.deps.counters.hostChanges++;
    this.hostAwayUntil = undefined;
    // It may have been chosen before the other nodes learned that it is away.
    if (host !== undefined && this.followers.get(host)?.session.isLive === false) this.startGrace();
    const name = host === undefined ? "" : this.replica.nameOf(host);
    if (name === undefined) return;
    this.feed.announce("$host", { term, ...(host !== undefined && shownHost(host, name)) });
  }

  optionsChanged(): void {
    if (this.hostAwayUntil !== undefined) this.startGrace();
    this.feed.announce("$room", this.shown);
  }

  private get shown(): object {
    return shownRoom(this.replica.state.shown, (session) => this.replica.nameOf(session));
  }

  private startGrace(): void {
    this.hostAwayUntil = this.deps.clock.now() + this.replica.state.options.grace * 1_000;
  }
}
