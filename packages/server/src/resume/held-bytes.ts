/** A log that holds frames, as the limit of the node sees it. */
export interface Holder {
  readonly bytes: number;
  /** Forgets every frame it holds. */
  forgetAll(): void;
}

/** Above the limit this part of it is freed, so that the logs are not searched again for the very next frame. */
const FREED_PART = 1 / 16;

/**
 * Limits the bytes that the logs of all sessions hold together (PROTOCOL.md R81). A payload that several logs hold counts once.
 * Beyond the limit, the logs that hold most forget everything: without its oldest frames, a log cannot serve a resume anyway.
 */
export class HeldBytes {
  total = 0;

  constructor(
    /** 0 means no limit. */
    readonly max: number,
    private readonly holders: () => Iterable<Holder>,
  ) {}

  add(bytes: number): void {
    this.total += bytes;
    if (this.max > 0 && this.total > this.max) this.shed();
  }

  release(bytes: number): void {
    this.total -= bytes;
  }

  /** Two passes over the sessions for each sixteenth of the limit; sorting would take longer. */
  private shed(): void {
    const goal = this.max * (1 - FREED_PART);
    while (this.total > goal) {
      let largest = 0;
      for (const { bytes } of this.holders()) if (bytes > largest) largest = bytes;
      if (largest === 0) return;
      for (const holder of this.holders()) {
        if (holder.bytes * 2 > largest) holder.forgetAll();
        if (this.total <= goal) return;
      }
    }
  }
}
