import { type Clock, oncePerTurn } from "../clock.ts";

/** A session that holds acknowledgements back. */
export interface AckHolder {
  /** Sends them now. Does nothing when they were sent in the meantime. */
  flushAcks(): void;
}

/** Batching starts when one turn of the event loop has at least this many acknowledgements. */
const BATCHING_THRESHOLD = 8;

/**
 * Batches acknowledgements with other frames to the same client. Sent alone, an acknowledgement costs a system call, as much as
 * the message it acknowledges; sent together with the next frame to the same client, it costs almost nothing. When the server
 * is not busy, acknowledgements are sent immediately. After a turn of the event loop with many of them they wait until the end
 * of the following turn: by then the reply to the acknowledged message is often on its way to the same client. Batching never
 * changes the order of the frames that a client receives (PROTOCOL.md R6).
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

  /** Counts an acknowledgement and decides whether it should wait. */
  shouldDelay(): boolean {
    this.acksThisTurn++;
    this.requestTurn();
    return this.isBatching;
  }

  /** Remembers a session with delayed acknowledgements, so that they are flushed in time. */
  add(session: AckHolder): void {
    this.thisTurn.push(session);
  }

  /** Sends everything that was delayed. Required before a topic publish, which would otherwise overtake it. */
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
