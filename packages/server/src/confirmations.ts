import type { Clock } from "./clock.ts";

/** A session with confirmations that wait. */
export interface Confirmed {
  /** Sends them now; nothing happens when they have gone out meanwhile. */
  release(): void;
}

/** Confirmations in one turn of the event loop from which on they are many, and wait for the end of the next. */
const MANY = 8;

/**
 * Confirmations that wait for company. Sent alone, each costs a system call of its own, as much as the message it confirms;
 * together with whatever is sent to the same client next it costs hardly anything. When few come, they go out at the end of
 * the turn of the event loop; when there are many, at the end of the one after, by which time the answer to what was
 * confirmed is often on its way to the same client. The order of what a client receives never changes (PROTOCOL.md R6).
 */
export class Confirmations {
  private fresh: Confirmed[] = [];
  private carried: Confirmed[] = [];
  private isTurnAwaited = false;

  constructor(private readonly clock: Pick<Clock, "afterTurn">) {}

  /** The session has confirmations; it is released in a moment. */
  hold(session: Confirmed): void {
    this.fresh.push(session);
    this.awaitTurn();
  }

  /** Sends everything that waits: native topics know nothing of it, and would overtake it. */
  release(): void {
    const { carried, fresh } = this;
    if (carried.length + fresh.length === 0) return;
    this.carried = [];
    this.fresh = [];
    for (const session of carried) session.release();
    for (const session of fresh) session.release();
  }

  private awaitTurn(): void {
    if (this.isTurnAwaited) return;
    this.isTurnAwaited = true;
    this.clock.afterTurn(this.turned);
  }

  // A field, so that it can be handed on as it is, once a turn, without another closure.
  private readonly turned = (): void => {
    this.isTurnAwaited = false;
    const { carried, fresh } = this;
    if (fresh.length < MANY) {
      this.release();
      return;
    }
    this.carried = fresh;
    this.fresh = [];
    for (const session of carried) session.release();
    this.awaitTurn();
  };
}
