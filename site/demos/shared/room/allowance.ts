/** How often each peer may cause work: so many times at once, and so many per second after that. */
export class Allowance {
  readonly #perSecond: number;
  readonly #most: number;
  readonly #peers = new Map<number, { left: number; at: number }>();

  constructor(perSecond: number, most = perSecond) {
    this.#perSecond = perSecond;
    this.#most = most;
  }

  /** Whether the peer may do it now, ms. */
  take(peer: number, now: number): boolean {
    const { left, at } = this.#peers.get(peer) ?? { left: this.#most, at: now };
    const allowed = Math.min(this.#most, left + ((now - at) * this.#perSecond) / 1_000);
    this.#peers.set(peer, { left: allowed >= 1 ? allowed - 1 : allowed, at: now });
    return allowed >= 1;
  }

  left(peer: number): void {
    this.#peers.delete(peer);
  }
}
