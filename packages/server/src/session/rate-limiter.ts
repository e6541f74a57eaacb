import type { Limits } from "../config/limits.ts";

/**
 * What a session may send, and make the server deliver, per second. Each delivery counts as its size plus DELIVERY_OVERHEAD. 0
 * means no limit.
 */
export type Rates = Pick<Limits, "framesPerSecond" | "bytesPerSecond" | "deliveredBytesPerSecond">;

/** Size of a full bucket, in seconds of the rate. */
const BURST_SECONDS = 2;
/** A client that sends more than this many times its rate within one second is disconnected (PROTOCOL.md L2). */
const FLOOD_FACTOR = 20;
/** A client whose queue overflows for this long, without a pause of CALM_MILLISECONDS, is disconnected (PROTOCOL.md L2). */
export const FLOOD_MILLISECONDS = 10_000;
const CALM_MILLISECONDS = 1_000;
/**
 * Largest debt for deliveries, in seconds of the rate. Without it, one message to many receivers could block its sender for
 * minutes.
 */
const MAX_DEBT_SECONDS = 10;
/** Bytes counted for each delivery in addition to its size, because every delivery costs a system call. */
export const DELIVERY_OVERHEAD = 1_024;

/** The rate limits of one session, as token buckets: frames sent, bytes sent, and bytes that the server delivers for it. */
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

  /** Counts a frame that arrived at `now`, in milliseconds. Returns false if so many arrived that it is a flood. */
  countArrival(now: number): boolean {
    if (now - this.windowStart >= 1_000) {
      this.windowStart = now;
      this.arrivals = 0;
      this.refusals = 0;
    }
    const { framesPerSecond } = this.rates;
    return ++this.arrivals <= framesPerSecond * FLOOD_FACTOR || framesPerSecond === 0;
  }

  /**
   * Whether another rejected frame gets a reply in this second. The limit is the frame rate, so that replies cost no more than
   * frames.
   */
  admitRefusal(): boolean {
    const { framesPerSecond } = this.rates;
    return ++this.refusals <= framesPerSecond || framesPerSecond === 0;
  }

  /** Spends the tokens for a frame of `bytes` bytes. Returns false, without spending any, if the session has to wait. */
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
    // A frame larger than the bucket is allowed when the bucket is full; otherwise it would wait forever.
    if (bytesPerSecond > 0 && this.bytes < Math.min(bytes, maxBytes)) return false;
    if (deliveredBytesPerSecond > 0 && this.deliveredBytes < 0) return false;
    this.frames -= 1;
    this.bytes -= bytes;
    return true;
  }

  /**
   * Charges bytes for work that a frame caused. The debt is at most one second of the rate, so that the client is not blocked
   * for long.
   */
  chargeBytes(bytes: number): void {
    this.bytes = Math.max(this.bytes - bytes, -this.rates.bytesPerSecond);
  }

  /** Charges deliveries; `bytes` is their total size. */
  chargeDeliveries(deliveries: number, bytes: number): void {
    const maxDebt = MAX_DEBT_SECONDS * this.rates.deliveredBytesPerSecond;
    this.deliveredBytes = Math.max(this.deliveredBytes - bytes - deliveries * DELIVERY_OVERHEAD, -maxDebt);
  }

  /** Whether the session has to wait because of deliveries rather than because of what it sent. */
  get owesDeliveries(): boolean {
    return this.rates.deliveredBytesPerSecond > 0 && this.deliveredBytes < 0;
  }

  /** Counts a frame that did not fit in the queue. Returns true if this has lasted FLOOD_MILLISECONDS without a pause. */
  overflow(now: number): boolean {
    if (now - this.lastOverflow > CALM_MILLISECONDS) this.overflowSince = now;
    this.lastOverflow = now;
    return now - this.overflowSince >= FLOOD_MILLISECONDS;
  }
}
