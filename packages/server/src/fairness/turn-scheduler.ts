import { type Clock, oncePerTurn } from "../clock.ts";

/** Work that continues in a later turn: the queued frames of a session, or the rest of a large job. */
export interface WaitingWork {
  /** Does as much as is allowed now. If anything is left, it must register with the scheduler again. */
  resume(): void;
}

/**
 * Units of work per turn; further work waits for the next turn. A unit takes about 2 µs: handling one frame, or one delivery.
 */
const TURN_UNITS = 512;
/** Bytes to parse or to send that count as one unit, because they take as long as a small frame. */
export const BYTES_PER_UNIT = 4_096;
/** Units that one session may use per turn, so that a fast sender leaves half of the turn to others. */
const SESSION_UNITS = 256;
/**
 * Units that each session may use even when the turn's budget is used up, so that heavy load from others does not delay light
 * users.
 */
const LIGHT_UNITS = 16;
/** The same for each other node of a cluster, which brings what all its sessions send. */
const PEER_UNITS = 128;
/** Units reserved for background work in every turn; see allowsBackground(). */
const BACKGROUND_UNITS = 16;
/**
 * Deliveries to large channels that may be pending before senders have to wait. Each turn serves one shard with all of its pending
 * messages in one write per socket. With a lower limit each message would need a write, which costs half as much again.
 */
const MAX_PENDING_DELIVERIES = 8_192;
/** Sessions resumed in one turn. Resuming a session costs time even when it must keep waiting and spends no units. */
const SESSIONS_PER_TURN = 256;
/** Milliseconds between checks of the sessions that wait because of their rate limit. */
const TICK_MILLISECONDS = 10;
/** Sessions resumed in each of these checks. */
const SESSIONS_PER_TICK = 256;

/**
 * Limits the work done in one turn of the event loop and divides it among the sessions. Sessions that have used their share
 * wait for the next turn. Between turns the sockets are read, so frames from other clients are handled. Without this, one read
 * from a fast sender could bring thousands of frames, and everybody else would wait until all of them were handled.
 */
export class TurnScheduler {
  /** Number of the current turn. Sessions reset the units they have used when it changes. */
  turn = 0;
  /** See freeze(). */
  isFrozen = false;
  private spent = 0;
  private time = 0;
  /** Sessions and jobs to resume in the next turn, in order. */
  private ready = new Set<WaitingWork>();
  private readonly paced = new Set<WaitingWork>();
  private endTicks: (() => void) | undefined;
  private readonly awaitTurn: () => void;

  /** `pending` returns the number of deliveries still to make to large channels; see ShardedBroadcast. */
  constructor(
    private readonly clock: Pick<Clock, "afterTurn" | "every" | "now">,
    private readonly pending: () => number = () => 0,
  ) {
    this.awaitTurn = oncePerTurn(clock, () => this.startTurn());
  }

  /**
   * The time in milliseconds, at most one turn old. Reading the clock takes a tenth of the time of handling a frame, so in a
   * busy turn it is read only for the first frames.
   */
  now(): number {
    // Above this many units spend() schedules the next turn, which reads the clock again, so the time cannot become stale.
    if (this.spent <= LIGHT_UNITS) this.time = this.clock.now();
    return this.time;
  }

  /** Whether this turn has units left and large channels keep up with what is sent to them. */
  private get hasBudget(): boolean {
    return this.spent < TURN_UNITS && this.pending() < MAX_PENDING_DELIVERIES;
  }

  /** Number of sessions and jobs that wait for a turn or for a rate limit. */
  get waiting(): number {
    return this.ready.size + this.paced.size;
  }

  /** Counts work as done in this turn. */
  spend(units: number): void {
    this.spent += units;
    // Below this, no timer is scheduled: it would cost as much as the work itself.
    if (this.spent > LIGHT_UNITS) this.awaitTurn();
  }

  /**
   * Whether a session that has used `used` units may continue in this turn. `next` is the expected cost of its next frame, in
   * units.
   */
  allows(used: number, next: number): boolean {
    if (used >= SESSION_UNITS) return false;
    return used + next <= LIGHT_UNITS || this.hasBudget;
  }

  /** Whether another node, whose frames have used `used` units, may continue in this turn. */
  allowsPeer(used: number): boolean {
    // Without the reserved units, a node with a busy client would not keep up with what the others send it.
    return used < PEER_UNITS || (used < SESSION_UNITS && this.hasBudget);
  }

  /** Whether background work that has used `used` units may continue in this turn. */
  allowsBackground(used: number): boolean {
    // Without the reserved units, background work would never run under constant load.
    return used < BACKGROUND_UNITS || (used < SESSION_UNITS && this.hasBudget);
  }

  /** Resumes the session in the next turn, after those that are already waiting. */
  waitForTurn(session: WaitingWork): void {
    this.ready.add(session);
    this.awaitTurn();
  }

  /** Resumes the session at the next rate check, when its rate limit may allow another frame. */
  waitForRate(session: WaitingWork): void {
    this.paced.add(session);
    this.endTicks ??= this.clock.every(TICK_MILLISECONDS, () => this.tick());
  }

  /** From now on, no frame of any client is handled; jobs and deliveries that have begun continue. */
  freeze(): void {
    this.isFrozen = true;
  }

  /** Cancels waitForTurn() and waitForRate(). */
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
      // Those that did not get their turn go before those that did and wait again.
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
