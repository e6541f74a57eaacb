import type { Socket } from "../socket.ts";

/** Begins the payload of the pings of this file, which tells their pongs from others. */
export const PROBE_PREFIX = "p";

/** A pong is overdue after this many milliseconds, or after four times the usual round trip if that is longer. */
const MIN_OVERDUE = 500;
const ROUND_TRIPS = 4;
let pings = 0;

/**
 * Notices that a client has stopped reading. The kernel accepts megabytes for a client that is frozen or out of reach, so the
 * bytes that wait in this process say nothing for the first seconds; a ping that is not answered does.
 */
export class ResponseProbe {
  private payload: string | undefined;
  private sentAt = 0;
  private roundTrip = 0;
  /** Some small clients never answer pings, and are not taken for stalled ones. */
  private hasAnswered = false;

  /** Sends a ping, unless one is under way. */
  ping(socket: Pick<Socket, "ping">, now: number): void {
    if (this.payload !== undefined) return;
    this.payload = `${PROBE_PREFIX}${(++pings).toString(36)}`;
    this.sentAt = now;
    socket.ping(this.payload);
  }

  isOverdue(now: number): boolean {
    return (
      this.hasAnswered &&
      this.payload !== undefined &&
      now - this.sentAt > Math.max(MIN_OVERDUE, ROUND_TRIPS * this.roundTrip)
    );
  }

  /** Returns whether this pong is the expected one and was overdue. */
  pong(payload: string, now: number): boolean {
    if (payload !== this.payload) return false;
    const wasOverdue = this.isOverdue(now);
    this.payload = undefined;
    this.hasAnswered = true;
    // A pause says nothing about the usual round trip.
    if (!wasOverdue) this.roundTrip = (3 * this.roundTrip + (now - this.sentAt)) / 4;
    return wasOverdue;
  }
}
