import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that only moves when a test advances it. */
export class ManualClock implements Clock {
  private time = 1_000_000;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Number of timers that are set. */
  get pending(): number {
    return this.timers.size;
  }

  /** Advances, running what is due in the order of its time. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let timer = this.next(end); timer; timer = this.next(end)) {
      this.time = Math.max(this.time, timer.due);
      this.timers.delete(timer);
      timer.callback();
    }
    this.time = Math.max(this.time, end);
  }

  /** The clock moves and timers do not run: the machine has slept. */
  lapse(milliseconds: number): void {
    this.time += milliseconds;
  }

  private next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
    return next;
  }
}
