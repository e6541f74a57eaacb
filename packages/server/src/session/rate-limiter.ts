/** Frames and bytes a session may send per second; `0` is no limit. */
export interface Rates {
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
}

export type Admission = "ok" | "frame-rate" | "byte-rate" | "flood";

/** Seconds' worth of frames and bytes that may come at once. */
const BURST_SECONDS = 2;
/** Dropping for this long without a pause of a second ends the connection (PROTOCOL.md L2). */
export const FLOOD_MILLISECONDS = 10_000;
const CALM_MILLISECONDS = 1_000;

/** Token bucket for one session. */
export class RateLimiter {
  private frames: number;
  private bytes: number;
  private overSince = 0;
  private lastOver = 0;

  constructor(
    private readonly rates: Rates,
    private filled: number,
  ) {
    this.frames = rates.framesPerSecond * BURST_SECONDS;
    this.bytes = rates.bytesPerSecond * BURST_SECONDS;
  }

  /** Whether a frame of so many bytes may pass at this time in milliseconds. */
  admit(bytes: number, now: number): Admission {
    const { framesPerSecond, bytesPerSecond } = this.rates;
    const seconds = (now - this.filled) / 1000;
    this.filled = now;
    this.frames = Math.min(this.frames + seconds * framesPerSecond, framesPerSecond * BURST_SECONDS);
    this.bytes = Math.min(this.bytes + seconds * bytesPerSecond, bytesPerSecond * BURST_SECONDS);
    if (framesPerSecond > 0 && this.frames < 1) return this.exceeded("frame-rate", now);
    if (bytesPerSecond > 0 && this.bytes < bytes) return this.exceeded("byte-rate", now);
    this.frames -= 1;
    this.bytes -= bytes;
    return "ok";
  }

  /** Takes bytes for what a frame caused. At most a second's worth is owed: a client that asked too much is soon heard again. */
  chargeBytes(bytes: number): void {
    this.bytes = Math.max(this.bytes - bytes, -this.rates.bytesPerSecond);
  }

  private exceeded(reason: "frame-rate" | "byte-rate", now: number): Admission {
    if (now - this.lastOver > CALM_MILLISECONDS) this.overSince = now;
    this.lastOver = now;
    return now - this.overSince >= FLOOD_MILLISECONDS ? "flood" : reason;
  }
}
