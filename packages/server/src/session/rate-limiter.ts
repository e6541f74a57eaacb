import type { Limits } from "../config/limits.ts";
/** What a session may send, and make the server deliver, per second; each delivery counts DELIVERY_OVERHEAD on top. */
export type Rates = Pick<Limits, "framesPerSecond" | "bytesPerSecond" | "deliveredBytesPerSecond">;

/** Seconds' worth of each rate that may come at once. */
const BURST_SECONDS = 2;
/** More frames than this many times the rate within one second are an attack, not a burst (PROTOCOL.md L2). */
const FLOOD_FACTOR = 20;
/** Overflowing for this long without a pause of a second ends the connection (PROTOCOL.md L2). */
export const FLOOD_MILLISECONDS = 10_000;
const CALM_MILLISECONDS = 1_000;
/** Seconds' worth of deliveries a session may owe: one huge message must not silence its sender for minutes. */
const MAX_DEBT_SECONDS = 10;
/** A delivery costs a system call whatever its size: counted in bytes of traffic. */
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

  /** Counts a frame that has arrived at this time in milliseconds; false once it is so far above the rate that it is a flood. */
  countArrival(now: number): boolean {
    if (now - this.windowStart >= 1_000) {
      this.windowStart = now;
      this.arrivals = 0;
      this.refusals = 0;
    }
    const { framesPerSecond } = this.rates;
    return ++this.arrivals <= framesPerSecond * FLOOD_FACTOR || framesPerSecond === 0;
  }

  /** Whether one more frame may be refused with a reply in this second: as many as frames that may be sent. */
  admitRefusal(): boolean {
    const { framesPerSecond } = this.rates;
    return ++this.refusals <= framesPerSecond || framesPerSecond === 0;
  }

  /** Takes what a frame of so many bytes costs; false, and nothing taken, while the session has to wait. */
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
    // A frame larger than the whole bucket passes when that is full, or it would wait for ever.
    if (bytesPerSecond > 0 && this.bytes < Math.min(bytes, maxBytes)) return false;
    if (deliveredBytesPerSecond > 0 && this.deliveredBytes < 0) return false;
    this.frames -= 1;
    this.bytes -= bytes;
    return true;
  }

  /** Takes bytes for what a frame caused. At most a second's worth is owed: a client that asked too much is soon heard again. */
  chargeBytes(bytes: number): void {
    this.bytes = Math.max(this.bytes - bytes, -this.rates.bytesPerSecond);
  }

  /** Takes what so many deliveries of so many bytes in all cost. */
  chargeDeliveries(deliveries: number, bytes: number): void {
    const maxDebt = MAX_DEBT_SECONDS * this.rates.deliveredBytesPerSecond;
    this.deliveredBytes = Math.max(this.deliveredBytes - bytes - deliveries * DELIVERY_OVERHEAD, -maxDebt);
  }

  /** Whether deliveries, and not what the session itself sent, are what it has to wait for. */
  get owesDeliveries(): boolean {
    return this.rates.deliveredBytesPerSecond > 0 && this.deliveredBytes < 0;
  }

  /** A frame found no room to wait; true once that has gone on for FLOOD_MILLISECONDS without a pause. */
  overflow(now: number): boolean {
    if (now - this.lastOverflow > CALM_MILLISECONDS) this.overflowSince = now;
    this.lastOverflow = now;
    return now - this.overflowSince >= FLOOD_MILLISECONDS;
  }
}
