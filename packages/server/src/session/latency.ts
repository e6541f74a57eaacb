import type { Clock } from "../clock.ts";
import type { Socket } from "../socket.ts";

const NO_ANSWER_MILLISECONDS = 10_000;
let pings = 0;

/** Who asked for a round trip: called with its milliseconds, or with undefined when no pong came in time. */
export type LatencyCallback = (milliseconds: number | undefined) => void;

/**
 * The round trip of one session, measured by a WebSocket ping with a payload of its own (PROTOCOL.md K11). Requests that
 * come while a ping is under way share it, each with a reply of its own, because old clients pair replies in order.
 */
export class LatencyProbe {
  private payload = "";
  private started = 0;
  private waiting: LatencyCallback[] = [];

  /** `answer` is called once. */
  request(socket: Socket, clock: Clock, answer: LatencyCallback): void {
    this.expireOverdue(clock);
    if (this.waiting.push(answer) > 1) return;
    this.payload = `l${(++pings).toString(36)}`;
    this.started = clock.now();
    socket.ping(this.payload);
  }

  /** Gives up a pong that is overdue; to be called now and then. */
  expireOverdue(clock: Clock): void {
    if (this.waiting.length > 0 && clock.now() - this.started >= NO_ANSWER_MILLISECONDS) this.answerAll(undefined);
  }

  /** The round trip in milliseconds when the pong is the one waited for and came in time. */
  pong(payload: string, clock: Clock): number | undefined {
    this.expireOverdue(clock);
    if (this.waiting.length === 0 || payload !== this.payload) return undefined;
    const milliseconds = clock.now() - this.started;
    this.answerAll(milliseconds);
    return milliseconds;
  }

  private answerAll(milliseconds: number | undefined): void {
    const answers = this.waiting;
    this.waiting = [];
    for (const answer of answers) answer(milliseconds);
  }
}
