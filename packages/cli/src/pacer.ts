/** Stays below the server's default of 8 MiB per second and session. */
const BYTES_PER_SECOND = 6 * 1024 ** 2;

/** Seconds' worth of frames that may go at once after a rest; servers allow two. */
const BURST_SECONDS = 1;

/**
 * Spreads frames over time. A server drops frames above its rate limits in silence, so a sender that wants everything to
 * arrive has to stay below them.
 */
export class Pacer {
  private due = 0;

  /** Frames per second; 0 sends as fast as it goes. */
  constructor(private readonly rate: number) {}

  /** Resolves when a frame of so many bytes may go out. */
  async turn(bytes: number): Promise<void> {
    if (this.rate === 0) return;
    const now = performance.now();
    this.due = Math.max(this.due, now - BURST_SECONDS * 1000);
    const wait = this.due - now;
    this.due += 1000 * Math.max(1 / this.rate, bytes / BYTES_PER_SECOND);
    // Timers are coarser than a frame's share of a second: small debts are paid together.
    if (wait > 5) await Bun.sleep(wait);
  }
}
