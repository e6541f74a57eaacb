import type { Channel } from "../../delivery/channels.ts";
import type { RoomKey } from "../../state.ts";
import type { RoomMember, SavedFollower } from "../node-rooms.ts";
import { roomKey } from "../room.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomReplica } from "./room-replica.ts";
import { roomText } from "./room-replicas.ts";
import { RoomView, type RoomViewDeps } from "./room-view.ts";

export interface RoomViewsDeps extends Omit<RoomViewDeps, "nextTopic"> {
  /** Runs work for many followers in slices. */
  inSlices(steps: Iterator<void>): void;
}

interface Waiting {
  readonly session: RoomMember;
  readonly channel: Channel;
  readonly follower: SavedFollower;
}

/** The rooms that have followers on this node. */
export class RoomViews {
  private readonly views = new Map<string, RoomView>();
  /** Their host went away in this turn, perhaps without grace. */
  private readonly urgent = new Set<RoomView>();
  /** Followers of rooms that this node does not know yet. */
  private readonly waiting = new Map<string, Map<number, Waiting>>();
  private readonly deps: RoomViewDeps;
  private topicCount = 0;

  constructor(
    deps: RoomViewsDeps,
    private readonly log: RoomLog,
  ) {
    this.deps = { ...deps, nextTopic: () => `s${++this.topicCount}` };
  }

  get followers(): number {
    return this.views.values().reduce((sum, { size }) => sum + size, 0);
  }

  find(key: RoomKey): RoomView | undefined {
    return this.views.get(roomText(key));
  }

  all(): Iterable<RoomView> {
    return this.views.values();
  }

  open(channel: Channel, room: RoomReplica): RoomView {
    const view = this.views.getOrInsertComputed(roomText(room.key), () => new RoomView(channel, room, this.deps));
    view.moveTo(room);
    return view;
  }

  /** The session follows a room of which this node does not know yet. */
  wait(session: RoomMember, channel: Channel, follower: SavedFollower): void {
    const text = roomText(roomKey(channel));
    this.waiting
      .getOrInsertComputed(text, () => new Map<number, Waiting>())
      .set(session.id, { session, channel, follower });
  }

  /** Whether a follower wants to be host; null if the session does not follow. */
  wants(key: RoomKey, session: number): boolean | null {
    const text = roomText(key);
    return this.views.get(text)?.wants(session) ?? this.waiting.get(text)?.get(session)?.follower.wants ?? null;
  }

  /** A room has something to remember from now on. */
  began(room: RoomReplica): void {
    const text = roomText(room.key);
    const waiting = this.waiting.get(text);
    if (!waiting) return;
    this.waiting.delete(text);
    for (const { session, channel, follower } of waiting.values())
      this.open(channel, room).restore(session, follower.wants, { samples: [] });
  }

  left(session: RoomMember, channel: Channel): void {
    const text = roomText(roomKey(channel));
    const waiting = this.waiting.get(text);
    if (waiting?.delete(session.id) && waiting.size === 0) this.waiting.delete(text);
    this.views.get(text)?.stop(session);
    if (channel.size === 0) this.views.delete(text);
  }

  wentAway(session: RoomMember): void {
    for (const view of this.of(session)) {
      view.wentAway(session);
      this.urgent.add(view);
    }
  }

  cameBack(session: RoomMember): void {
    for (const view of this.of(session)) view.cameBack(session);
  }

  caughtUp(session: RoomMember): void {
    this.deps.inSlices(this.afterCatchUp(session));
  }

  drained(session: RoomMember): void {
    for (const view of this.of(session)) view.drained(session);
  }

  *noteReceived(): Generator<void> {
    for (const view of this.views.values()) {
      view.noteReceived();
      yield;
    }
  }

  /** Hosts that went away in this turn, and have no grace. */
  replaceUrgent(): void {
    this.replaceOverdueHosts(this.urgent);
    this.urgent.clear();
  }

  /** Asks all nodes to replace hosts that have been away for too long. */
  replaceOverdueHosts(views: Iterable<RoomView> = this.views.values()): void {
    for (const view of views) {
      const overdue = view.takeOverdueHost();
      if (!overdue) continue;
      void this.log.propose(roomKey(view.channel), { do: "grace-over", ...overdue }).then(({ outcome }) => {
        if (outcome.do === "nothing") view.graceFailed();
      });
    }
  }

  private *afterCatchUp(session: RoomMember): Generator<void> {
    for (const view of this.of(session)) {
      // Its connection may have dropped again.
      if (!session.isLive) return;
      view.caughtUp(session);
      yield;
    }
  }

  private *of({ memberships }: RoomMember): Generator<RoomView> {
    if (this.views.size === 0) return;
    for (const { channel } of memberships) {
      const view = this.find(roomKey(channel));
      if (view) yield view;
    }
  }
}
