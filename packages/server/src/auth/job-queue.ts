export interface JobQueueLimits {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** Jobs of one address that may wait. */
  readonly waitingPerAddress: number;
}

interface Waiter {
  /** Called with true when the job may run, or with false when it is rejected in favour of another. */
  proceed(mayRun: boolean): void;
}

/**
 * Runs slow jobs, a few at a time. Addresses take turns, so an address that queues a thousand jobs delays the others by only
 * one. When the queue is full, the address with the most jobs loses one to an address that has fewer.
 */
export class JobQueue {
  private running = 0;
  private waiting = 0;
  /** Addresses in the order they are served; a list is never empty. */
  private readonly waitingByAddress = new Map<string, Waiter[]>();

  constructor(private readonly limits: JobQueueLimits) {}

  /** Settles like the job. Resolves immediately with "busy", without running it, if too many are waiting. */
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

  /**
   * Makes room for a job of an address that already has `own` jobs waiting. Returns false if no other address has more than it
   * would then have.
   */
  private evictFor(own: number): boolean {
    let largest: Waiter[] = [];
    for (const waiters of this.waitingByAddress.values()) if (waiters.length > largest.length) largest = waiters;
    if (largest.length <= own + 1) return false;
    // The newest job of that address is rejected, because its other jobs have waited longer.
    largest.pop()?.proceed(false);
    this.waiting--;
    return true;
  }

  /** Passes the slot on directly. If it were freed first, a new job could take it before the waiting ones. */
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
