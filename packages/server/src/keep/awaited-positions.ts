import type { Clock } from "../clock.ts";
import type { FollowedChannel } from "../engine.ts";
import { keyOf } from "./active-channels.ts";

/** As long as other nodes may take to answer (PROTOCOL.md R169). */
const WAIT_MILLISECONDS = 250;

interface Waiter {
  readonly isReached: () => boolean;
  readonly end: () => void;
}

/** Joins that wait until this node has stored what their client has from another one. A session has one at most, because its next frames wait. */
export class AwaitedPositions {
  /** By channel. */
  private readonly waiters = new Map<string, Set<Waiter>>();

  constructor(private readonly clock: Pick<Clock, "every">) {}

  /** Resolves when that is so, or after 250 ms. `isReached` is asked when something has been stored in the channel. */
  wait(channel: FollowedChannel, isReached: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const key = keyOf(channel);
    const waiters = this.waiters.getOrInsertComputed(key, () => new Set());
    const end = (): void => {
      stopTimer();
      waiters.delete(waiter);
      if (waiters.size === 0) this.waiters.delete(key);
      resolve();
    };
    const waiter: Waiter = { isReached, end };
    const stopTimer = this.clock.every(WAIT_MILLISECONDS, end);
    waiters.add(waiter);
    return promise;
  }

  /** Something has been stored in the channel. */
  stored(channel: FollowedChannel): void {
    if (this.waiters.size === 0) return;
    for (const { isReached, end } of this.waiters.get(keyOf(channel)) ?? []) if (isReached()) end();
  }
}
