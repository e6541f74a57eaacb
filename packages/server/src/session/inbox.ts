import type { DropReason } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Limits } from "../config/limits.ts";
import { BYTES_PER_UNIT, type TurnScheduler, type WaitingWork } from "../fairness/turn-scheduler.ts";
import type { Payload } from "../socket.ts";
import type { AddressUse } from "./address-limits.ts";
import { byteLengthOf, FrameQueue } from "./frame-queue.ts";
import { RateLimiter, type Rates } from "./rate-limiter.ts";

/** Bytes of the frames queued in all sessions together. */
export interface QueuedBytes {
  total: number;
  /** 0 means no limit. */
  readonly max: number;
}

export interface InboxDeps {
  readonly limits: Rates & Pick<Limits, "queuedBytes">;
  readonly clock: Pick<Clock, "now">;
  readonly scheduler: Pick<
    TurnScheduler,
    "turn" | "now" | "isFrozen" | "allows" | "allowsBackground" | "spend" | "waitForTurn" | "waitForRate" | "forget"
  >;
  readonly queuedBytes: QueuedBytes;
}

/** The session that an inbox belongs to. */
export interface InboxOwner {
  /** Sessions from the same address share one session's units per turn, so that opening more connections gains nothing. */
  readonly addressUse: AddressUse;
  /** Handles a frame. When it returns a promise, later frames wait until that settles. */
  handle(frame: Payload): void | Promise<void>;
  /** Called when a frame is dropped because the queue is full. */
  reject(frame: Payload, reason: DropReason): void;
  /** Called when this number of frames is dropped without a reply. */
  discard(frames: number): void;
  /** Called when the client exceeds its limits by so much that it must be disconnected. */
  flooded(): void;
  /** Called when the connection has ended and all frames received before that have been handled. */
  finished(): void;
}

/**
 * Password checks that may start after the connection has ended. Without it a client could queue thousands of logins and
 * disconnect.
 */
const MAX_LATE_CHECKS = 3;

/**
 * Handles the frames of one session in order, as fast as its rate limits and its share of the turn allow. While a login is
 * checked, later frames wait (PROTOCOL.md V5, L2, L3). Frames that arrive faster wait in a bounded queue; a frame is dropped
 * only when the queue is full.
 */
export class Inbox implements WaitingWork {
  private readonly limiter: RateLimiter;
  private queue: FrameQueue | undefined;
  /** The frame that later ones wait for: a login that is checked, or a message that is still being sent to its receivers. */
  private blockedBy: Payload | undefined;
  private hasEnded = false;
  /** The session moves to another node, which handles what waits. */
  private isHeld = false;
  private lateChecks = 0;
  private turn = 0;
  private units = 0;
  /**
   * Units used by the previous frame. The next one is expected to use the same, because a client often sends to the same hub
   * again.
   */
  private lastUnits = 1;

  constructor(
    private readonly owner: InboxOwner,
    private readonly deps: InboxDeps,
  ) {
    this.limiter = new RateLimiter(deps.limits, deps.clock.now());
  }

  receive(frame: Payload, bytes: number): void {
    const now = this.deps.scheduler.now();
    if (!this.limiter.countArrival(now)) this.owner.flooded();
    else if (this.queue || this.isBlocked || this.isHeld) this.enqueue(frame, bytes, now);
    else if (!this.mayUseTurn()) this.wait(frame, bytes, now, false);
    else if (!this.limiter.admit(bytes, now)) this.wait(frame, bytes, now, true);
    else this.handle(frame);
  }

  /**
   * Counts a control frame (ping or pong). Control frames cannot be queued, but a flood of them costs as much as a flood of
   * messages.
   */
  receiveControl(bytes: number): void {
    const now = this.deps.scheduler.now();
    const isFlood = !this.limiter.countArrival(now) || (!this.limiter.admit(bytes, now) && this.limiter.overflow(now));
    if (isFlood) this.owner.flooded();
  }

  /** Frames that wait to be handled. */
  get waitingFrames(): number {
    return this.queue?.length ?? 0;
  }

  /** Counts the arrival of a frame that is not queued. False when so many came that the session was closed. */
  countArrival(): boolean {
    if (this.limiter.countArrival(this.deps.scheduler.now())) return true;
    this.owner.flooded();
    return false;
  }

  /**
   * Whether a frame that needs a reply may be handled ahead of those that wait. Beyond its rate, a session gets as many such
   * replies per second as frames.
   */
  admitOnArrival(bytes: number): boolean {
    const now = this.deps.scheduler.now();
    if (!this.limiter.admit(bytes, now) && !this.limiter.admitRefusal()) return false;
    this.spend(1);
    return true;
  }

  /** The session has ended. Frames that are still queued are handled before finished() is called. */
  end(): void {
    this.hasEnded = true;
    if (!this.queue && !this.isBlocked) this.owner.finished();
  }

  /** Drops all queued frames. */
  clear(): void {
    const { queue } = this;
    this.deps.scheduler.forget(this);
    this.queue = undefined;
    if (!queue) return;
    this.deps.queuedBytes.total -= queue.heldBytes;
    this.owner.discard(queue.length);
  }

  /** Charges the size of a reply that may be large, such as a roster or serverstat. */
  chargeBytes(bytes: number): void {
    this.limiter.chargeBytes(bytes);
    const units = Math.floor(bytes / BYTES_PER_UNIT);
    this.lastUnits = 1 + units;
    this.spend(units);
  }

  /** Charges the deliveries a frame caused; `bytes` is their total size. */
  chargeDeliveries(deliveries: number, bytes: number): void {
    this.limiter.chargeDeliveries(deliveries, bytes);
    const units = deliveries + Math.floor(bytes / BYTES_PER_UNIT);
    this.lastUnits = units;
    this.spend(units);
  }

  /** Whether a login is checked, or a message is still being sent to its receivers. */
  get isBlocked(): boolean {
    return this.blockedBy !== undefined;
  }

  /** The frames that have not been handled, oldest first; a login that is still being checked is one of them. */
  unhandled(): Payload[] {
    const queued = this.queue?.toArray() ?? [];
    return this.blockedBy === undefined ? queued : [this.blockedBy, ...queued];
  }

  /** Queues frames that arrived before a restart, within no limit: their client does not send them again. */
  restore(frames: readonly Payload[]): void {
    if (frames.length === 0) return;
    this.queue = new FrameQueue(this.deps.limits.queuedBytes);
    for (const frame of frames) this.queue.add(frame, byteLengthOf(frame));
    this.deps.queuedBytes.total += this.queue.heldBytes;
    this.deps.scheduler.waitForTurn(this);
  }

  /** From here on nothing is handled; undone by `false`. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (isHeld) this.deps.scheduler.forget(this);
    else this.resume();
  }

  /** The session is at another node now: forgets what waits. */
  forget(): void {
    this.deps.scheduler.forget(this);
    this.deps.queuedBytes.total -= this.queue?.heldBytes ?? 0;
    this.queue = undefined;
    // Should the session end here after all, what still blocks it has to let it go.
    this.isHeld = false;
  }

  /** For the shutdown: handles the frames of an ended connection now, as far as that is possible without waiting. */
  finish(): void {
    for (let { queue } = this; queue && queue.length > 0 && !this.isBlocked; queue = this.queue) this.handleNext(queue);
    this.clear();
    this.owner.finished();
  }

  resume(): void {
    const { queue } = this;
    if (this.isBlocked || this.isHeld || this.deps.scheduler.isFrozen) return;
    for (let frame = queue?.peek(); queue && frame !== undefined; frame = queue.peek()) {
      if (!this.mayUseTurn()) {
        this.deps.scheduler.waitForTurn(this);
        return;
      }
      if (!this.limiter.admit(byteLengthOf(frame), this.deps.scheduler.now())) {
        this.deps.scheduler.waitForRate(this);
        return;
      }
      this.handleNext(queue);
      // Handling a frame can block the session or end it.
      if (this.isBlocked || this.queue !== queue) return;
    }
    this.queue = undefined;
    // block() resumes without removing the session from the scheduler, where it may still wait for its rate limit.
    this.deps.scheduler.forget(this);
    if (this.hasEnded) this.owner.finished();
  }

  private handleNext(queue: FrameQueue): void {
    const before = queue.heldBytes;
    const frame = queue.shift();
    this.deps.queuedBytes.total -= before - queue.heldBytes;
    if (frame !== undefined) this.handle(frame);
  }

  private handle(frame: Payload): void {
    // The time to parse a frame is proportional to its length.
    const units = 1 + Math.floor(frame.length / BYTES_PER_UNIT);
    this.lastUnits = units;
    this.spend(units);
    const pending = this.owner.handle(frame);
    if (pending) this.block(frame, pending);
  }

  private block(frame: Payload, pending: Promise<void>): void {
    if (this.hasEnded && ++this.lateChecks === MAX_LATE_CHECKS) this.clear();
    this.blockedBy = frame;
    void pending.then(() => {
      this.blockedBy = undefined;
      this.resume();
    });
  }

  private wait(frame: Payload, bytes: number, now: number, forRate: boolean): void {
    const { scheduler } = this.deps;
    this.enqueue(frame, bytes, now);
    if (forRate) scheduler.waitForRate(this);
    else scheduler.waitForTurn(this);
  }

  private enqueue(frame: Payload, bytes: number, now: number): void {
    this.queue ??= new FrameQueue(this.deps.limits.queuedBytes);
    const { queue } = this;
    while (!this.push(queue, frame, bytes)) {
      const next = queue.peek();
      // No frame is dropped while the rate limit allows another to be handled, even if that makes this turn longer.
      if (!this.isBlocked && !this.isHeld && next !== undefined && this.limiter.admit(byteLengthOf(next), now)) {
        this.handleNext(queue);
        if (this.queue === queue) continue;
      }
      if (this.limiter.admitRefusal())
        this.owner.reject(frame, this.limiter.owesDeliveries ? "delivery-rate" : "queue-full");
      else this.owner.discard(1);
      if (this.limiter.overflow(now)) this.owner.flooded();
      return;
    }
  }

  private push(queue: FrameQueue, frame: Payload, bytes: number): boolean {
    const { queuedBytes } = this.deps;
    const before = queue.heldBytes;
    const hasRoom = queuedBytes.max === 0 || queuedBytes.total + bytes <= queuedBytes.max;
    if (!hasRoom || !queue.push(frame, bytes)) return false;
    queuedBytes.total += queue.heldBytes - before;
    return true;
  }

  private mayUseTurn(): boolean {
    const { scheduler } = this.deps;
    const from = this.owner.addressUse;
    if (this.turn !== scheduler.turn) {
      this.turn = scheduler.turn;
      this.units = 0;
    }
    const shared = from.turn === scheduler.turn && !from.isLoopback ? from.units : 0;
    return scheduler.allows(this.units > shared ? this.units : shared, this.lastUnits);
  }

  private spend(units: number): void {
    const { scheduler } = this.deps;
    const from = this.owner.addressUse;
    if (from.turn !== scheduler.turn) {
      from.turn = scheduler.turn;
      from.units = 0;
    }
    from.units += units;
    this.units += units;
    scheduler.spend(units);
  }
}
