import { type Clock, oncePerTurn } from "../clock.ts";

/** A session with confirmations that wait. */
export interface AckHolder {
  /** Sends them now; nothing happens when they have gone out meanwhile. */
  flushAcks(): void;
}

/** Confirmations in one turn of the event loop from which on they are many. */
const BATCHING_THRESHOLD = 8;

/**
 * Confirmations that wait for company. Sent alone, each costs a system call of its own, as much as the message it confirms;
 * together with whatever is sent to the same client next it costs hardly anything. While few come, they go out at once. When
 * the turn of the event loop before had many, they wait for the end of the turn after theirs: by then the answer to what
 * was confirmed is often on its way to the same client. The order of what a client receives never changes (PROTOCOL.md R6).
 */
export class AckBatcher {
  private thisTurn: AckHolder[] = [];
  private lastTurn: AckHolder[] = [];
  private acksThisTurn = 0;
  private isBatching = false;
  private readonly requestTurn: () => void;

  constructor(clock: Pick<Clock, "afterTurn">) {
    this.requestTurn = oncePerTurn(clock, () => this.onTurn());
  }

  /** Counts a confirmation; whether it is to wait. */
  shouldDelay(): boolean {
    this.acksThisTurn++;
    this.requestTurn();
    return this.isBatching;
  }

  /** The session has confirmations that wait; it is released in a moment. */
  add(session: AckHolder): void {
    this.thisTurn.push(session);
  }

  /** Sends everything that waits: native topics know nothing of it, and would overtake it. */
  flushAll(): void {
    const { lastTurn, thisTurn } = this;
    if (lastTurn.length + thisTurn.length === 0) return;
    this.lastTurn = [];
    this.thisTurn = [];
    for (const session of lastTurn) session.flushAcks();
    for (const session of thisTurn) session.flushAcks();
  }

  private onTurn(): void {
    this.isBatching = this.acksThisTurn >= BATCHING_THRESHOLD;
    this.acksThisTurn = 0;
    if (!this.isBatching) {
      this.flushAll();
      return;
    }
    const { lastTurn, thisTurn } = this;
    this.lastTurn = thisTurn;
    this.thisTurn = [];
    for (const session of lastTurn) session.flushAcks();
    this.requestTurn();
  }
}
