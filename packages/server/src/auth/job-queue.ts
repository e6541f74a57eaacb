import { FairQueue, type FairQueueLimits } from "../fairness/fair-queue.ts";

export interface JobQueueLimits extends FairQueueLimits {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
}

/** Called with true when the job may run, or with false when it is rejected. */
type Proceed = (mayRun: boolean) => void;

/** Runs slow jobs, a few at a time. The others wait, and their addresses take turns. */
export class JobQueue {
  private running = 0;
  private readonly waiting: FairQueue<Proceed>;

  constructor(private readonly limits: JobQueueLimits) {
    this.waiting = new FairQueue(limits);
  }

  /** Settles like the job. Resolves with "busy", without running it, if too many are waiting. */
  async run<Result>(address: string, job: () => Promise<Result>): Promise<Result | "busy"> {
    if (this.running < this.limits.concurrency) this.running++;
    else if (!(await this.waitForTurn(address))) return "busy";
    try {
      return await job();
    } finally {
      this.startNext();
    }
  }

  private waitForTurn(address: string): Promise<boolean> {
    return new Promise((proceed) => this.waiting.push(address, proceed)?.(false));
  }

  /** Passes the slot on directly. If it were freed first, a new job could take it before the waiting ones. */
  private startNext(): void {
    const next = this.waiting.shift();
    if (next) next(true);
    else this.running--;
  }
}
