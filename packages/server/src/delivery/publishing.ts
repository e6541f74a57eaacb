import type { PublishToShard } from "./sharded-broadcast.ts";

/**
 * Knows when a message is being published. A connection that is too slow ends within that call, and what this makes the relay
 * send to others has to wait until everybody has been sent the message.
 */
export class Publishing {
  private depth = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly act: PublishToShard) {}

  readonly publish: PublishToShard = (channel, shard, payload, except) => {
    this.depth++;
    try {
      this.act(channel, shard, payload, except);
    } finally {
      this.depth--;
      if (this.depth === 0 && this.waiting.length > 0) this.runWaiting();
    }
  };

  /** Runs `act` now, or as soon as no message is being published. */
  readonly after = (act: () => void): void => {
    if (this.depth === 0) act();
    else this.waiting.push(act);
  };

  private runWaiting(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const act of waiting) act();
  }
}
