import { type Clock, oncePerTurn } from "../clock.ts";

/** A session with frames that wait. */
export interface Waiting {
  /** Handles as much as it may now; it comes back to the scheduler when something is left. */
  resume(): void;
}

/** Units of work, each some 2 us: one frame handled, or one delivery. Beyond them the rest waits for the next turn. */
const TURN_UNITS = 512;
/** Of these, what one session may use before others had a chance. */
const SESSION_UNITS = 256;
/** A session that has used up no more than this may go on in a turn that is used up: others' crowds must not slow it. */
const LIGHT_UNITS = 16;
/** What work that nobody waits for may use of every turn. */
const BACKGROUND_UNITS = 16;
/** Sessions looked at in one turn: some have to go on waiting, and to find that out is work, too. */
const SESSIONS_PER_TURN = 256;
/** Sessions that wait for their rate are looked at this often, ms, */
const TICK_MILLISECONDS = 10;
/** and so many of them at a time. */
const SESSIONS_PER_TICK = 256;

/**
 * What all clients together may make the server do in one turn of the event loop, and who comes next. Sessions that have used
 * their share wait for the next turn; between two turns the sockets are read and everybody else is heard. Without it one read
 * from a fast sender would be handled to its end, however long that takes.
 */
export class TurnScheduler {
  /** Number of the current turn: what a session has used is compared with it. */
  turn = 0;
  private spent = 0;
  private time = 0;
  /** In the order of their turns. */
  private ready = new Set<Waiting>();
  private readonly paced = new Set<Waiting>();
  private endTicks: (() => void) | undefined;
  private readonly awaitTurn: () => void;

  /** `pending`: deliveries of messages to large channels that are still to be made, see ShardedBroadcast. */
  constructor(
    private readonly clock: Pick<Clock, "afterTurn" | "every" | "now">,
    private readonly pending: () => number = () => 0,
  ) {
    this.awaitTurn = oncePerTurn(clock, () => this.startTurn());
  }

  /**
   * The clock's time in milliseconds, at most one turn old: reading the clock costs as much as handling a tenth of a frame, so
   * in a busy turn it is read for the first frames only.
   */
  now(): number {
    // Above this many units the end of the turn is awaited, and the next turn reads the clock again.
    if (this.spent <= LIGHT_UNITS) this.time = this.clock.now();
    return this.time;
  }

  /** Sessions that wait, for a turn or for their rate. */
  get waiting(): number {
    return this.ready.size + this.paced.size;
  }

  /** Counts work done in this turn. */
  spend(units: number): void {
    this.spent += units;
    // A quiet relay never comes here: a timer for each of its turns would cost as much as the turn.
    if (this.spent > LIGHT_UNITS) this.awaitTurn();
  }

  /** Whether a session that has used so many units in this turn may use more; `next` is what its next frame is likely to cost. */
  allows(used: number, next: number): boolean {
    if (used >= SESSION_UNITS) return false;
    return used + next <= LIGHT_UNITS || this.spent + this.pending() < TURN_UNITS;
  }

  /** Whether work that nobody waits for may use more of this turn, having used so many units of it. */
  allowsBackground(used: number): boolean {
    // A little of every turn is its own: under load that never ends it would else wait for ever.
    return used < BACKGROUND_UNITS || (used < SESSION_UNITS && this.spent + this.pending() < TURN_UNITS);
  }

  /** The session is resumed in the next turn, after those that wait already. */
  waitForTurn(session: Waiting): void {
    this.ready.add(session);
    this.awaitTurn();
  }

  /** The session is resumed when its rate may allow it. */
  waitForRate(session: Waiting): void {
    this.paced.add(session);
    this.endTicks ??= this.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** The session has nothing left that waits. */
  forget(session: Waiting): void {
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
      // Those left over come before those that were resumed and wait again.
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
