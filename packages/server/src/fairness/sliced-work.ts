import { BYTES_PER_UNIT, type TurnScheduler, type WaitingWork } from "./turn-scheduler.ts";

/** A job divided into steps. Each step yields the units of work it used; see TurnScheduler. */
export type Steps = Iterator<number, void>;

export interface SlicedWorkDeps {
  readonly scheduler: Pick<TurnScheduler, "allowsBackground" | "spend" | "turn" | "waitForTurn">;
  /** Called when a job throws. The other jobs continue. */
  failed(error: unknown): void;
}

/**
 * Runs jobs that loop over many items (members, memberships, calls, sessions) in slices, one job after another, so that a long
 * loop does not block the event loop. Each turn runs as many steps as its budget allows. When the relay is not busy, a small
 * job finishes before add() returns.
 */
export class SlicedWork implements WaitingWork {
  private readonly jobs = new Set<Steps>();
  private isRunning = false;
  private isHeld = false;
  private turn = -1;
  private used = 0;

  constructor(private readonly deps: SlicedWorkDeps) {}

  /** Number of unfinished jobs. */
  get pending(): number {
    return this.jobs.size;
  }

  add(job: Steps): void {
    this.jobs.add(job);
    // Otherwise the jobs added before it run first.
    if (this.jobs.size === 1) this.resume();
  }

  resume(): void {
    // A step can add a job or end the turn, and both call this method again.
    if (this.isRunning || this.isHeld) return;
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

  /** Jobs that are added wait until `steps` are complete, because each of these makes their work less. */
  *holdDuring<Step>(steps: Iterable<Step>): Generator<Step, void> {
    this.isHeld = true;
    try {
      yield* steps;
    } finally {
      this.isHeld = false;
      this.resume();
    }
  }

  /** Finishes all jobs at once, however long that takes. Only for the shutdown, when no client is served any more. */
  finish(): void {
    for (const job of this.jobs) while (this.step(job));
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

/** Yields the units used by each step: one, plus those of the frames that the step sent. */
export function* countSends(
  counters: { readonly framesOut: number; readonly bytesOut: number },
  steps: Iterator<void>,
): Generator<number, void> {
  for (;;) {
    const { framesOut, bytesOut } = counters;
    if (steps.next().done) return;
    yield 1 + counters.framesOut - framesOut + Math.floor((counters.bytesOut - bytesOut) / BYTES_PER_UNIT);
  }
}
