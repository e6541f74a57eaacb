import type { Clock } from "./clock.ts";
import type { Socket } from "./socket.ts";

const NO_ANSWER_MILLISECONDS = 10_000;
let pings = 0;

/**
 * The round trip of one session, measured by a WebSocket ping with a payload of its own (PROTOCOL.md K11). Requests that
 * come while a ping is under way share it, each with a reply of its own, because old clients pair replies in order.
 */
export class Latency {
  private payload = "";
  private started = 0;
  private waiting: ((milliseconds: number) => void)[] = [];

  /** `answer` is called with the round trip, once, or never when no pong comes in time. */
  request(socket: Socket, clock: Clock, answer: (milliseconds: number) => void): void {
    const now = clock.now();
    if (this.waiting.length > 0 && now - this.started < NO_ANSWER_MILLISECONDS) {
      this.waiting.push(answer);
      return;
    }
    this.payload = `l${(++pings).toString(36)}`;
    this.started = now;
    this.waiting = [answer];
    socket.ping(this.payload);
  }

  /** The round trip in milliseconds when the pong is the one waited for and came in time. */
  pong(payload: string, clock: Clock): number | undefined {
    if (this.waiting.length === 0 || payload !== this.payload) return undefined;
    const milliseconds = clock.now() - this.started;
    const answers = this.waiting;
    this.waiting = [];
    if (milliseconds >= NO_ANSWER_MILLISECONDS) return undefined;
    for (const answer of answers) answer(milliseconds);
    return milliseconds;
  }
}
