/**
 * Which of the messages that were passed on without waiting have been handled by the other nodes: known only where somebody has to know
 * it, because each time all nodes are asked.
 */
export class Forwards {
  private sent = 0;
  private asking: Promise<void> | undefined;
  /** Messages up to this number have been handled, or a node did not answer in time. */
  arrived = 0;

  constructor(private readonly ask: () => Promise<void>) {}

  /** The number of a message that is passed on now. */
  next(): number {
    this.sent++;
    return this.sent;
  }

  /** Resolves when all messages so far have been handled, 250 ms at most. Those that ask while others wait for an answer ask together. */
  async arrive(): Promise<void> {
    const wanted = this.sent;
    while (this.arrived < wanted) {
      this.asking ??= this.askOnce();
      await this.asking;
    }
  }

  private async askOnce(): Promise<void> {
    const { sent } = this;
    await this.ask();
    this.arrived = sent;
    this.asking = undefined;
  }
}
