import { type Clock, oncePerTurn } from "../../clock.ts";
import type { RoomKey } from "../../state.ts";
import type { MemberFact, RoomRequest } from "./room-entries.ts";
import { roomText } from "./room-replicas.ts";

/** Sessions in one entry. */
const MAX_FACTS = 100;

type Members = Extract<RoomRequest, { do: "members" }>;

export interface MemberFactsDeps {
  readonly clock: Pick<Clock, "afterTurn">;
  /** What is true of a session now; `unknown` while a join of it is being decided, after which it is named again. */
  factOf(room: RoomKey, session: number): MemberFact | "left" | "unknown";
  /** `settled` is called once, later. */
  propose(room: RoomKey, request: Members, settled: (isDone: boolean) => void): void;
  /** Everything that waited in this turn has been proposed. */
  flushed(): void;
}

interface Waiting {
  readonly room: RoomKey;
  sessions: Set<number>;
  /** Has to be told even without sessions. */
  isDue: boolean;
  /** Entries that have been proposed and not settled. */
  underWay: number;
  /** Called when what has changed before is told, or cannot be told now. */
  told: (() => void)[];
}

/**
 * Tells the log what has changed about the sessions of this node in rooms: who is a member, who is away, what they are called. Only
 * which sessions have changed is remembered; what is told is what is true when it is told, so nothing is lost while the node is alone. One
 * entry of a room is under way at a time.
 */
export class MemberFacts {
  private readonly waiting = new Map<string, Waiting>();
  private readonly requestTurn: () => void;

  constructor(private readonly deps: MemberFactsDeps) {
    this.requestTurn = oncePerTurn(deps.clock, () => {
      for (const one of [...this.waiting.values()]) this.tell(one);
      deps.flushed();
    });
  }

  /** Rooms of which something is still to be told. */
  get count(): number {
    return this.waiting.size;
  }

  /** Something has changed about these sessions. */
  changed(room: RoomKey, sessions: Iterable<number>): void {
    const one = this.of(room);
    for (const session of sessions) one.sessions.add(session);
    this.requestTurn();
  }

  /** Another node tells about the session from now on. */
  forget(room: RoomKey, session: number): void {
    this.waiting.get(roomText(room))?.sessions.delete(session);
  }

  /** Resolves when all that has changed in a room is told, or cannot be told now. */
  whenTold(room: RoomKey): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.of(room).told.push(resolve);
    return promise;
  }

  /** Lets go on who waits for what cannot be told now. */
  release(): void {
    for (const one of this.waiting.values()) for (const resolve of one.told.splice(0)) resolve();
  }

  /** Proposes what waits for a room before anything else is asked of it. */
  tellNow(room: RoomKey): void {
    const one = this.waiting.get(roomText(room));
    if (one && one.sessions.size > 0) this.propose(one);
  }

  /** The node is said to have members of the room, and tells even if it has none. */
  due(room: RoomKey): void {
    this.of(room).isDue = true;
    this.requestTurn();
  }

  /** Tries again what could not be told. */
  retry(): void {
    if (this.waiting.size > 0) this.requestTurn();
  }

  private of(room: RoomKey): Waiting {
    return this.waiting.getOrInsertComputed(roomText(room), () => ({
      room,
      sessions: new Set(),
      isDue: false,
      underWay: 0,
      told: [],
    }));
  }

  private tell(one: Waiting): void {
    if (one.underWay > 0) return;
    if (one.sessions.size === 0 && !one.isDue) {
      this.waiting.delete(roomText(one.room));
      return;
    }
    this.propose(one);
  }

  private propose(one: Waiting): void {
    const { room } = one;
    const { isDue } = one;
    const told = [...one.sessions.values().take(MAX_FACTS)];
    for (const session of told) one.sessions.delete(session);
    one.isDue = false;
    const present: MemberFact[] = [];
    const left: number[] = [];
    for (const session of told) {
      const fact = this.deps.factOf(room, session);
      if (fact === "left") left.push(session);
      else if (fact !== "unknown") present.push(fact);
    }
    if (present.length + left.length === 0 && !isDue) {
      for (const resolve of one.told.splice(0)) resolve();
      if (one.underWay + one.sessions.size === 0) this.waiting.delete(roomText(room));
      return;
    }
    one.underWay++;
    // Those beyond the limit are in the next entry.
    const waiting = one.sessions.size === 0 ? one.told.splice(0) : [];
    this.deps.propose(room, { do: "members", present, left }, (isDone) => {
      one.underWay--;
      for (const resolve of waiting) resolve();
      if (isDone) this.requestTurn();
      else {
        for (const session of told) one.sessions.add(session);
        one.isDue ||= isDue;
      }
    });
  }
}
