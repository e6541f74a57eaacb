export interface JobQueueLimits {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** Jobs of one address that may wait. */
  readonly waitingPerAddress: number;
}

/** Runs slow jobs, a few at a time. Addresses take turns, so one that queues a thousand jobs delays the others by one. */
export class JobQueue {
  private running = 0;
  private waiting = 0;
  /** In the order of their turns; no list is empty. */
  private readonly waitingByAddress = new Map<string, (() => void)[]>();

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
    const waiters = this.waitingByAddress.get(address);
    const { waiting, waitingPerAddress } = this.limits;
    if (this.waiting >= waiting || (waiters?.length ?? 0) >= waitingPerAddress) return false;
    this.waiting++;
    await new Promise<void>((resolve) => {
      if (waiters) waiters.push(resolve);
      else this.waitingByAddress.set(address, [resolve]);
    });
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
    const start = waiters.shift();
    this.waitingByAddress.delete(address);
    if (waiters.length > 0) this.waitingByAddress.set(address, waiters);
    this.waiting--;
    start?.();
  }
}
