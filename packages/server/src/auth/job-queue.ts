export interface JobQueueLimits {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** Jobs of one address that may wait. */
  readonly waitingPerAddress: number;
}

interface Waiter {
  /** Its job may run; false means that it has to give way. */
  proceed(mayRun: boolean): void;
}

/**
 * Runs slow jobs, a few at a time. Addresses take turns, so one that queues a thousand jobs delays the others by one; when the
 * queue is full, the address that has most in it gives way to one that has less.
 */
export class JobQueue {
  private running = 0;
  private waiting = 0;
  /** In the order of their turns; no list is empty. */
  private readonly waitingByAddress = new Map<string, Waiter[]>();

  constructor(private readonly limits: JobQueueLimits) {}

  /** The result or rejection of the job; "busy" at once, without running it, when too many wait. */
  async run<Result>(address: string, job: () => Promise<Result>): Promise<Result | "busy"> {
    if (this.running < this.limits.concurrency) this.running++;
    else if (!(await this.waitForTurn(address))) return "busy";
    try {
      return await job();
    } finally {
      this.startNext();
    }
  }

  private async waitForTurn(address: string): Promise<boolean> {
    const own = this.waitingByAddress.get(address)?.length ?? 0;
    const { waiting, waitingPerAddress } = this.limits;
    if (own >= waitingPerAddress) return false;
    if (this.waiting >= waiting && !this.evictFor(own)) return false;
    this.waiting++;
    return new Promise((proceed) => {
      this.waitingByAddress.getOrInsertComputed(address, () => []).push({ proceed });
    });
  }

  /** Makes room for an address that has so many waiting; false when no other has more than it would have then. */
  private evictFor(own: number): boolean {
    let largest: Waiter[] = [];
    for (const waiters of this.waitingByAddress.values()) if (waiters.length > largest.length) largest = waiters;
    if (largest.length <= own + 1) return false;
    // Its newest job is rejected, because the others have waited longer.
    largest.pop()?.proceed(false);
    this.waiting--;
    return true;
  }

  /** Passes the slot on directly: if it were freed first, a new job could take it before those that wait. */
  private startNext(): void {
    const [next] = this.waitingByAddress;
    if (!next) {
      this.running--;
      return;
    }
    const [address, waiters] = next;
    const first = waiters.shift();
    this.waitingByAddress.delete(address);
    if (waiters.length > 0) this.waitingByAddress.set(address, waiters);
    this.waiting--;
    first?.proceed(true);
  }
}
