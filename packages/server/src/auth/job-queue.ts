export interface JobQueueLimits {
  /** Jobs under way at once. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** Of these, jobs of one address. */
  readonly waitingPerAddress: number;
}

/** Runs slow jobs a few at a time. Addresses take turns, so that one which asks for a thousand delays the others by one. */
export class JobQueue {
  private running = 0;
  private waiting = 0;
  /** In the order of their turns; no list is empty. */
  private readonly waitingByAddress = new Map<string, (() => void)[]>();

  constructor(private readonly limits: JobQueueLimits) {}

  /** The job's own result or rejection; "busy" at once, without running it, when too many wait. */
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
    const before = this.waitingByAddress.get(address);
    const { waiting, waitingPerAddress } = this.limits;
    if (this.waiting >= waiting || (before?.length ?? 0) >= waitingPerAddress) return false;
    this.waiting++;
    await new Promise<void>((resolve) => {
      if (before) before.push(resolve);
      else this.waitingByAddress.set(address, [resolve]);
    });
    return true;
  }

  /** Hands the place on, so that nobody who comes new can slip in before those who wait. */
  private startNext(): void {
    const [next] = this.waitingByAddress;
    if (!next) {
      this.running--;
      return;
    }
    const [address, jobs] = next;
    const start = jobs.shift();
    this.waitingByAddress.delete(address);
    if (jobs.length > 0) this.waitingByAddress.set(address, jobs);
    this.waiting--;
    start?.();
  }
}
