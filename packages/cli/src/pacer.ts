/** Below the server's default limit of 8 MiB per second for each session. */
const BYTES_PER_SECOND = 6 * 1024 ** 2;

/** Size of a burst after a pause, in seconds of the rate; servers allow two. */
const BURST_SECONDS = 1;

/**
 * Spreads frames over time. A server silently drops frames above its rate limits, so a sender must stay below them to have
 * everything delivered.
 */
export class Pacer {
  private due = 0;

  /** Frames per second; 0 means as fast as possible. */
  constructor(private readonly rate: number) {}

  /** Resolves when a frame of this many bytes may be sent. */
  async turn(bytes: number): Promise<void> {
    if (this.rate === 0) return;
    const now = performance.now();
    this.due = Math.max(this.due, now - BURST_SECONDS * 1000);
    const wait = this.due - now;
    this.due += 1000 * Math.max(1 / this.rate, bytes / BYTES_PER_SECOND);
    // Timers are too coarse to wait for each frame, so short waits are added up.
    if (wait > 5) await Bun.sleep(wait);
  }
}
