import type { Clock } from "../clock.ts";
import type { Socket } from "../socket.ts";

const NO_ANSWER_MILLISECONDS = 10_000;
let pings = 0;

/** Called with the round trip in milliseconds, or with undefined when no pong came in time. */
export type LatencyCallback = (milliseconds: number | undefined) => void;

/**
 * Measures the round trip of one session by a WebSocket ping with a unique payload (PROTOCOL.md K11). Requests that arrive
 * while a ping is under way share it. Each gets its own reply, because legacy clients match replies to requests by order.
 */
export class LatencyProbe {
  private payload = "";
  private started = 0;
  private waiting: LatencyCallback[] = [];

  /** `callback` is called once. */
  request(socket: Socket, clock: Clock, answer: LatencyCallback): void {
    this.expireOverdue(clock);
    if (this.waiting.push(answer) > 1) return;
    this.payload = `l${(++pings).toString(36)}`;
    this.started = clock.now();
    socket.ping(this.payload);
  }

  /** Gives up on a pong that is overdue. */
  expireOverdue(clock: Clock): void {
    if (this.waiting.length > 0 && clock.now() - this.started >= NO_ANSWER_MILLISECONDS) this.answerAll(undefined);
  }

  /** The round trip in milliseconds, if this is the expected pong and it came in time. */
  pong(payload: string, clock: Clock): number | undefined {
    this.expireOverdue(clock);
    if (this.waiting.length === 0 || payload !== this.payload) return undefined;
    const milliseconds = clock.now() - this.started;
    this.answerAll(milliseconds);
    return milliseconds;
  }

  /** Gives up on all pongs. */
  expireAll(): void {
    this.answerAll(undefined);
  }

  private answerAll(milliseconds: number | undefined): void {
    const answers = this.waiting;
    this.waiting = [];
    for (const answer of answers) answer(milliseconds);
  }
}
