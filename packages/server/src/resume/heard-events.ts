/**
 * Which events of presence and watches a client is known to have received. They are not counted, so it acknowledges none of them.
 * But frames arrive in order: when it acknowledges a counted frame, it has received every event that was sent before that frame.
 */
export class HeardEvents {
  private heard = 0;
  /** Heard as soon as the client acknowledges that frame. */
  private pending: { readonly event: number; readonly frame: number } | undefined;

  /** The client has received every event up to this one; it may have missed any later one. */
  get last(): number {
    return this.heard;
  }

  /** The client has acknowledged the frames up to `received`, of `total` so far. */
  acknowledged(received: number, total: number, event: number): void {
    if (!this.pending || received < this.pending.frame) return;
    this.heard = this.pending.event;
    this.pending = { event, frame: total + 1 };
  }

  /** The connection has ended: from here on, events are not sent. */
  connectionEnded(): void {
    this.pending = undefined;
  }

  /**
   * The client is live and has been sent the present state of everything that changed after `last`. `event` is the latest
   * event, and `total` the number of counted frames so far.
   */
  live(event: number, total: number): void {
    this.pending = { event, frame: total + 1 };
  }

  /** The client knows nothing of what it was sent. */
  get isForgotten(): boolean {
    return this.heard < 0;
  }

  /** The client has forgotten what it heard. */
  forget(): void {
    this.heard = -1;
  }
}
