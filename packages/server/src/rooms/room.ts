import type { RoomJoin, RoomOptions, StateWrite } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Channel, Member } from "../delivery/channels.ts";
import type {
  OptionsOutcome,
  RoomKey,
  RoomState,
  SavedState,
  State,
  StateChange,
  StateSink,
  StoredRoomOptions,
  WriteOutcome,
} from "../state.ts";
import { type Digest, withOptions } from "./admission.ts";
import type { RoomSession, SavedReceived } from "./follower.ts";
import { RoomRoles } from "./room-roles.ts";
import { shownHost, shownRoom } from "./shown-room.ts";
import { type FeedSource, type OwedDeliveries, StateFeed, type StateFeedDeps } from "./state-feed.ts";

/** A room as plain data, for a restart. */
export interface SavedRoom {
  readonly instance: string;
  readonly kind: "hub" | "broadcast";
  readonly name: string;
  readonly state: SavedState;
  readonly options: StoredRoomOptions;
  readonly seats: readonly (readonly [seat: number, session: number])[];
  /** In the order in which they began to follow. */
  readonly followers: readonly {
    readonly session: number;
    readonly wants: boolean;
    readonly received: SavedReceived;
  }[];
}

export interface RoomDeps extends StateFeedDeps {
  readonly state: State;
  readonly clock: Pick<Clock, "now">;
  readonly counters: StateFeedDeps["counters"] & { hostChanges: number };
  readonly digest: Digest;
  sessionName(id: number): string;
}

export const roomKey = ({ instance, kind, name }: Channel): RoomKey => ({
  instance,
  kind: kind === "hub" ? "hub" : "broadcast",
  name,
});

/** A hub or broadcast that knows something: its state, its host and its options (PROTOCOL.md R100 to R122). */
export class Room implements StateSink, FeedSource {
  readonly state: RoomState;
  readonly roles: RoomRoles;
  private readonly feed: StateFeed;
  /** When a host that is away may be replaced; undefined while the host is not away. */
  private hostAwayUntil: number | undefined;
  private owed: OwedDeliveries | undefined;

  constructor(
    readonly channel: Channel,
    private readonly deps: RoomDeps,
    saved?: SavedRoom,
  ) {
    this.state = deps.state.open(roomKey(channel), this, saved && { ...saved.state, options: saved.options });
    this.roles = new RoomRoles(this.state, () => {
      this.hostAwayUntil = undefined;
    });
    this.feed = new StateFeed(deps, this);
  }

  /** The options that newcomers have to respect. */
  get options(): StoredRoomOptions {
    return this.state.options;
  }

  get version(): number {
    return this.state.version;
  }

  get followers(): number {
    return this.feed.size;
  }

  since(version: number | "all"): StateChange | undefined {
    return this.state.since(version);
  }

  roomFrame(): string {
    return this.feed.roomFrame(this.shown);
  }

  /** Begins, changes or ends to follow, as a join asks (PROTOCOL.md R101, R111). */
  follow(session: RoomSession, joining: Pick<RoomJoin, "state" | "host">): void {
    if (joining.state === false) {
      this.feed.stop(session);
      this.roles.unfollow(session.id);
      return;
    }
    this.checkGrace();
    if (this.roles.follow(session.id, joining, !session.isLive) && joining.state === true) this.feed.start(session);
  }

  /** Writes to the state. The outcome of a write is known when its change has been sent. */
  write(write: StateWrite, session: number): WriteOutcome | Promise<WriteOutcome> {
    return this.state.write(write, session);
  }

  /** Deliveries of large changes that have been begun since the last call, to charge their writer. */
  takeOwed(): OwedDeliveries | undefined {
    const { owed } = this;
    this.owed = undefined;
    return owed;
  }

  setOptions(options: Partial<RoomOptions>): OptionsOutcome | Promise<OptionsOutcome> {
    return this.state.setOptions(withOptions(this.options, options, this.deps.digest));
  }

  /** See RoomRoles. */
  handOver(to: number | undefined): boolean {
    return this.roles.handOver(to);
  }

  /** The session has left the channel. */
  left(session: Member): void {
    this.feed.stop(session);
    this.roles.leave(session.id);
    // Nobody waits for a departure, so there is nobody to charge.
    this.owed = undefined;
  }

  renamed(session: Member): void {
    if (this.state.host === session.id) this.announceRoom();
  }

  wentAway(session: Member): void {
    this.feed.wentAway(session);
    if (this.state.host === session.id) this.startGrace();
    this.checkGrace();
    this.roles.wentAway(session.id);
  }

  /** A new connection takes over, and is still to be sent what the client missed. */
  cameBack(session: Member): void {
    this.feed.cameBack(session);
  }

  caughtUp(session: Member): void {
    if (this.state.host === session.id) this.hostAwayUntil = undefined;
    this.checkGrace();
    this.roles.cameBack(session.id);
    this.feed.ready(session);
  }

  /** The client has read what waited for it. */
  drained(session: Member): void {
    this.feed.ready(session);
  }

  /** Due once a second. */
  tick(): void {
    this.checkGrace();
    this.roles.replaceOverdueHost();
    this.feed.noteReceived();
  }

  close(): void {
    this.state.close();
  }

  save(): SavedRoom {
    const { state, options, roles, feed } = this;
    const followers = roles.candidates
      .save()
      .map(({ session, wants }) => ({ session, wants, received: feed.save(session) }));
    return { ...roomKey(this.channel), state: state.save(), options, seats: roles.seats.save(), followers };
  }

  /** A session that was in the room before a restart. It is away. */
  restore(session: RoomSession, { followers, seats }: SavedRoom): void {
    for (const [seat, owner] of seats) if (owner === session.id) this.roles.seats.put(seat, owner);
    const follower = followers.find((one) => one.session === session.id);
    if (!follower) return;
    this.roles.candidates.add(session.id, { wants: follower.wants, isAway: true });
    this.feed.restore(session, follower.received);
    if (this.state.host === session.id) this.startGrace();
  }

  changed(change: StateChange): void {
    const owed = this.feed.changed(change);
    if (owed) this.owed = owed;
  }

  optionsChanged(): void {
    if (this.hostAwayUntil !== undefined) this.startGrace();
    this.announceRoom();
  }

  hostChanged(host: number | undefined, term: number): void {
    this.deps.counters.hostChanges++;
    const name = host === undefined ? "" : this.followerName(host);
    // It has left before the others were notified; they are notified of the next one.
    if (name === undefined) return;
    this.feed.announce("$host", { term, ...(host !== undefined && shownHost(host, name)) });
  }

  private announceRoom(): void {
    this.feed.announce("$room", this.shown);
  }

  private get shown(): object {
    return shownRoom(this.state.shown, (session) => this.followerName(session));
  }

  private startGrace(): void {
    this.hostAwayUntil = this.deps.clock.now() + this.options.grace * 1_000;
  }

  private checkGrace(): void {
    const { hostAwayUntil, deps } = this;
    this.roles.isHostOverdue = hostAwayUntil !== undefined && deps.clock.now() >= hostAwayUntil;
  }

  private followerName(id: number): string | undefined {
    return this.roles.candidates.includes(id) ? this.deps.sessionName(id) : undefined;
  }
}
