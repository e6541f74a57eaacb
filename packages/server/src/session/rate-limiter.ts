import type { Limits } from "../config/limits.ts";

/** What a session may send, and make the server deliver, per second. Each delivery counts DELIVERY_OVERHEAD in addition. */
export type Rates = Pick<Limits, "framesPerSecond" | "bytesPerSecond" | "deliveredBytesPerSecond">;

/** Size of a burst, in seconds of the rate. */
const BURST_SECONDS = 2;
/** More frames than this many times the rate within one second are an attack, not a burst (PROTOCOL.md L2). */
const FLOOD_FACTOR = 20;
/** Overflowing for this long without a pause of a second ends the connection (PROTOCOL.md L2). */
export const FLOOD_MILLISECONDS = 10_000;
const CALM_MILLISECONDS = 1_000;
/** Most deliveries a session may owe, in seconds of the rate: one huge message must not block its sender for minutes. */
const MAX_DEBT_SECONDS = 10;
/** Bytes counted for each delivery in addition to its size, because every delivery costs a system call. */
export const DELIVERY_OVERHEAD = 1_024;

/** Token buckets of one session: frames and bytes it sends, and bytes its messages make the server deliver. */
export class RateLimiter {
  private frames: number;
  private bytes: number;
  private deliveredBytes: number;
  private windowStart: number;
  private arrivals = 0;
  private refusals = 0;
  private overflowSince = 0;
  private lastOverflow = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly rates: Rates,
    private refilled: number,
  ) {
    this.frames = rates.framesPerSecond * BURST_SECONDS;
    this.bytes = rates.bytesPerSecond * BURST_SECONDS;
    this.deliveredBytes = rates.deliveredBytesPerSecond * BURST_SECONDS;
    this.windowStart = refilled;
  }

  /** Counts a frame that arrived at this time in milliseconds; false when there are so many that it is a flood. */
  countArrival(now: number): boolean {
    if (now - this.windowStart >= 1_000) {
      this.windowStart = now;
      this.arrivals = 0;
      this.refusals = 0;
    }
    const { framesPerSecond } = this.rates;
    return ++this.arrivals <= framesPerSecond * FLOOD_FACTOR || framesPerSecond === 0;
  }

  /** Whether another frame may be rejected with a reply in this second; as many as may be sent. */
  admitRefusal(): boolean {
    const { framesPerSecond } = this.rates;
    return ++this.refusals <= framesPerSecond || framesPerSecond === 0;
  }

  /** Spends the tokens for a frame of that size; false, spending nothing, while the session has to wait. */
  admit(bytes: number, now: number): boolean {
    const { framesPerSecond, bytesPerSecond, deliveredBytesPerSecond } = this.rates;
    const seconds = (now - this.refilled) / 1000;
    this.refilled = now;
    const maxBytes = bytesPerSecond * BURST_SECONDS;
    this.frames = Math.min(this.frames + seconds * framesPerSecond, framesPerSecond * BURST_SECONDS);
    this.bytes = Math.min(this.bytes + seconds * bytesPerSecond, maxBytes);
    this.deliveredBytes = Math.min(
      this.deliveredBytes + seconds * deliveredBytesPerSecond,
      deliveredBytesPerSecond * BURST_SECONDS,
    );
    if (framesPerSecond > 0 && this.frames < 1) return false;
    // A frame larger than the bucket passes when the bucket is full; otherwise it would wait for ever.
    if (bytesPerSecond > 0 && this.bytes < Math.min(bytes, maxBytes)) return false;
    if (deliveredBytesPerSecond > 0 && this.deliveredBytes < 0) return false;
    this.frames -= 1;
    this.bytes -= bytes;
    return true;
  }

  /** Spends bytes for work that a frame caused. The debt is at most one second of the rate, so that the client is not blocked for long. */
  chargeBytes(bytes: number): void {
    this.bytes = Math.max(this.bytes - bytes, -this.rates.bytesPerSecond);
  }

  /** Spends the cost of that many deliveries, of that many bytes in total. */
  chargeDeliveries(deliveries: number, bytes: number): void {
    const maxDebt = MAX_DEBT_SECONDS * this.rates.deliveredBytesPerSecond;
    this.deliveredBytes = Math.max(this.deliveredBytes - bytes - deliveries * DELIVERY_OVERHEAD, -maxDebt);
  }

  /** Whether the session has to wait because of its deliveries, not because of what it sent itself. */
  get owesDeliveries(): boolean {
    return this.rates.deliveredBytesPerSecond > 0 && this.deliveredBytes < 0;
  }

  /** Counts a frame for which the queue had no room; true when that has happened for FLOOD_MILLISECONDS without a pause. */
  overflow(now: number): boolean {
    if (now - this.lastOverflow > CALM_MILLISECONDS) this.overflowSince = now;
    this.lastOverflow = now;
    return now - this.overflowSince >= FLOOD_MILLISECONDS;
  }
}
