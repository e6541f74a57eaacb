import { type Clock, oncePerTurn } from "../clock.ts";

/** What waits for its turn: the frames of a session, or the rest of a large job. */
export interface WaitingWork {
  /** Handles as much as is allowed now, and waits again when something is left. */
  resume(): void;
}

/** Units of work per turn; further work waits for the next turn. A unit is about 2 µs: one frame handled, or one delivery. */
const TURN_UNITS = 512;
/** Units that one session may use per turn. */
const SESSION_UNITS = 256;
/** Units that a session may use even when the turn's are used up, so that the crowds of others do not delay it. */
const LIGHT_UNITS = 16;
/** Units that background work may use in every turn. */
const BACKGROUND_UNITS = 16;
/** Sessions resumed in one turn: finding out that a session has to go on waiting is work as well. */
const SESSIONS_PER_TURN = 256;
/** Milliseconds between checks of the sessions that wait for their rate. */
const TICK_MILLISECONDS = 10;
/** Sessions resumed by one such check. */
const SESSIONS_PER_TICK = 256;

/**
 * Limits the work of one turn of the event loop, and shares it among the sessions. Those that have used their share wait for
 * the next turn; between two turns the sockets are read, so that frames of others are handled. Without it everything that one
 * read from a fast sender brings would be handled first, however long that takes.
 */
export class TurnScheduler {
  /** Number of the current turn, by which sessions notice that their units start again. */
  turn = 0;
  private spent = 0;
  private time = 0;
  /** Sessions to resume in the next turn, in order. */
  private ready = new Set<WaitingWork>();
  private readonly paced = new Set<WaitingWork>();
  private endTicks: (() => void) | undefined;
  private readonly awaitTurn: () => void;

  /** `pending`: deliveries to large channels that have not been made yet; see ShardedBroadcast. */
  constructor(
    private readonly clock: Pick<Clock, "afterTurn" | "every" | "now">,
    private readonly pending: () => number = () => 0,
  ) {
    this.awaitTurn = oncePerTurn(clock, () => this.startTurn());
  }

  /**
   * The clock's time in milliseconds, at most one turn old. Reading the clock costs a tenth of what handling a frame does, so in
   * a busy turn it is read for the first frames only.
   */
  now(): number {
    // With more units than this the end of the turn is scheduled, and the next turn reads the clock again.
    if (this.spent <= LIGHT_UNITS) this.time = this.clock.now();
    return this.time;
  }

  /** Sessions that wait for a turn or for their rate. */
  get waiting(): number {
    return this.ready.size + this.paced.size;
  }

  /** Counts work done in this turn. */
  spend(units: number): void {
    this.spent += units;
    // A quiet relay needs no timer, which would cost as much as the turn itself.
    if (this.spent > LIGHT_UNITS) this.awaitTurn();
  }

  /** Whether a session that has used that many units may go on in this turn; `next` is the likely cost of its next frame. */
  allows(used: number, next: number): boolean {
    if (used >= SESSION_UNITS) return false;
    return used + next <= LIGHT_UNITS || this.spent + this.pending() < TURN_UNITS;
  }

  /** Whether work that nobody waits for may use more of this turn, having used so many units of it. */
  allowsBackground(used: number): boolean {
    // A few units of every turn are reserved for it; without them it would wait for ever under constant load.
    return used < BACKGROUND_UNITS || (used < SESSION_UNITS && this.spent + this.pending() < TURN_UNITS);
  }

  /** The session is resumed in the next turn, after those that wait already. */
  waitForTurn(session: WaitingWork): void {
    this.ready.add(session);
    this.awaitTurn();
  }

  /** The session is resumed when its rate may allow it. */
  waitForRate(session: WaitingWork): void {
    this.paced.add(session);
    this.endTicks ??= this.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** The session has nothing left that waits. */
  forget(session: WaitingWork): void {
    this.ready.delete(session);
    this.paced.delete(session);
  }

  private startTurn(): void {
    this.turn++;
    this.spent = 0;
    const batch = this.ready;
    this.ready = new Set();
    let left = SESSIONS_PER_TURN;
    for (const session of batch) {
      // Sessions that are left over stay in front of those that were resumed and wait again.
      if (this.spent >= TURN_UNITS || left-- === 0) break;
      batch.delete(session);
      session.resume();
    }
    if (batch.size === 0) return;
    for (const session of this.ready) batch.add(session);
    this.ready = batch;
    this.awaitTurn();
  }

  private tick(): void {
    let left = Math.min(SESSIONS_PER_TICK, this.paced.size);
    for (const session of this.paced) {
      if (left-- === 0) break;
      this.paced.delete(session);
      session.resume();
    }
    if (this.paced.size > 0) return;
    this.endTicks?.();
    this.endTicks = undefined;
  }
}
