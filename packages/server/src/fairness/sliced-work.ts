import type { TurnScheduler, WaitingWork } from "./turn-scheduler.ts";

/** A job in steps; each yields the units of a turn that it used. */
export type Steps = Iterator<number, void>;

export interface SlicedWorkDeps {
  readonly scheduler: Pick<TurnScheduler, "allowsBackground" | "spend" | "turn" | "waitForTurn">;
  /** Called when a job throws, which ends that job only. */
  failed(error: unknown): void;
}

/**
 * Runs jobs that loop over many items (members, memberships, calls, sessions), one after another, as far as the budget of each
 * turn of the event loop allows. On a quiet relay a small job is done before add() returns.
 */
export class SlicedWork implements WaitingWork {
  private readonly jobs = new Set<Steps>();
  private isRunning = false;
  private turn = -1;
  private used = 0;

  constructor(private readonly deps: SlicedWorkDeps) {}

  /** Jobs that are not finished. */
  get pending(): number {
    return this.jobs.size;
  }

  add(job: Steps): void {
    this.jobs.add(job);
    // With other jobs in front of it, it waits for its turn.
    if (this.jobs.size === 1) this.resume();
  }

  resume(): void {
    // A step may add a job or end a turn, which leads back here.
    if (this.isRunning) return;
    this.isRunning = true;
    const { scheduler } = this.deps;
    for (const job of this.jobs) {
      while (this.mayGoOn() && this.step(job));
      if (this.jobs.has(job)) {
        scheduler.waitForTurn(this);
        break;
      }
    }
    this.isRunning = false;
  }

  private mayGoOn(): boolean {
    const { scheduler } = this.deps;
    if (this.turn !== scheduler.turn) {
      this.turn = scheduler.turn;
      this.used = 0;
    }
    return scheduler.allowsBackground(this.used);
  }

  /** False when the job is finished. */
  private step(job: Steps): boolean {
    try {
      const step = job.next();
      if (step.done !== true) {
        this.used += step.value;
        this.deps.scheduler.spend(step.value);
        return true;
      }
    } catch (error) {
      this.deps.failed(error);
    }
    this.jobs.delete(job);
    return false;
  }
}

/** Yields the units of each step: one, plus one for each frame that the step sent. */
export function* countSends(counters: { readonly framesOut: number }, steps: Iterator<void>): Generator<number, void> {
  for (let sent = counters.framesOut; !steps.next().done; sent = counters.framesOut)
    yield 1 + counters.framesOut - sent;
}
