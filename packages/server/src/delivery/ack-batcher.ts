import { type Clock, oncePerTurn } from "../clock.ts";

/** A session with confirmations that wait. */
export interface Confirmed {
  /** Sends them now; nothing happens when they have gone out meanwhile. */
  release(): void;
}

/** Confirmations in one turn of the event loop from which on they are many. */
const MANY = 8;

/**
 * Confirmations that wait for company. Sent alone, each costs a system call of its own, as much as the message it confirms;
 * together with whatever is sent to the same client next it costs hardly anything. While few come, they go out at once. When
 * the turn of the event loop before had many, they wait for the end of the turn after theirs: by then the answer to what
 * was confirmed is often on its way to the same client. The order of what a client receives never changes (PROTOCOL.md R6).
 */
export class Confirmations {
  private fresh: Confirmed[] = [];
  private carried: Confirmed[] = [];
  private counted = 0;
  private areMany = false;
  private readonly awaitTurn: () => void;

  constructor(clock: Pick<Clock, "afterTurn">) {
    this.awaitTurn = oncePerTurn(clock, () => this.turned());
  }

  /** Counts a confirmation; whether it is to wait. */
  mayWait(): boolean {
    this.counted++;
    this.awaitTurn();
    return this.areMany;
  }

  /** The session has confirmations that wait; it is released in a moment. */
  hold(session: Confirmed): void {
    this.fresh.push(session);
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

  private turned(): void {
    this.areMany = this.counted >= MANY;
    this.counted = 0;
    if (!this.areMany) {
      this.release();
      return;
    }
    const { carried, fresh } = this;
    this.carried = fresh;
    this.fresh = [];
    for (const session of carried) session.release();
    this.awaitTurn();
  }
}
