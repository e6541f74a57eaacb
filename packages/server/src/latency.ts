import { latencyFrame } from "@achex/protocol";
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
  private waiting = 0;

  request(socket: Socket, clock: Clock): void {
    const now = clock.now();
    if (this.waiting > 0 && now - this.started < NO_ANSWER_MILLISECONDS) {
      this.waiting++;
      return;
    }
    this.payload = `l${(++pings).toString(36)}`;
    this.started = now;
    this.waiting = 1;
    socket.ping(this.payload);
  }

  /** The replies that a pong calls for, and the round trip in milliseconds; a pong nobody asked for calls for none. */
  answer(payload: string, clock: Clock): { readonly milliseconds: number; readonly replies: string[] } | undefined {
    if (this.waiting === 0 || payload !== this.payload) return undefined;
    const milliseconds = clock.now() - this.started;
    const replies = new Array<string>(this.waiting).fill(latencyFrame(milliseconds));
    this.waiting = 0;
    return milliseconds < NO_ANSWER_MILLISECONDS ? { milliseconds, replies } : undefined;
  }
}
