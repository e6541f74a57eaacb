export interface LineLimits {
  /** Jobs under way at once. */
  readonly atOnce: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** Of these, jobs of one address. */
  readonly waitingPerAddress: number;
}

/** Runs slow jobs a few at a time. Addresses take turns, so that one which asks for a thousand delays the others by one. */
export class Line {
  private running = 0;
  private waiting = 0;
  /** In the order of their turns; no list is empty. */
  private readonly addresses = new Map<string, (() => void)[]>();

  constructor(private readonly limits: LineLimits) {}

  /** The job's own result or rejection; "busy" at once, without running it, when too many wait. */
  async run<Result>(address: string, job: () => Promise<Result>): Promise<Result | "busy"> {
    if (this.running < this.limits.atOnce) this.running++;
    else if (!(await this.turn(address))) return "busy";
    try {
      return await job();
    } finally {
      this.pass();
    }
  }

  private async turn(address: string): Promise<boolean> {
    const before = this.addresses.get(address);
    const { waiting, waitingPerAddress } = this.limits;
    if (this.waiting >= waiting || (before?.length ?? 0) >= waitingPerAddress) return false;
    this.waiting++;
    await new Promise<void>((resolve) => {
      if (before) before.push(resolve);
      else this.addresses.set(address, [resolve]);
    });
    return true;
  }

  /** Hands the place on, so that nobody who comes new can slip in before those who wait. */
  private pass(): void {
    const [next] = this.addresses;
    if (!next) {
      this.running--;
      return;
    }
    const [address, jobs] = next;
    const start = jobs.shift();
    this.addresses.delete(address);
    if (jobs.length > 0) this.addresses.set(address, jobs);
    this.waiting--;
    start?.();
  }
}
