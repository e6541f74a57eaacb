import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test advances it. */
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

  /** Advances the clock and runs timers in the order in which they are due. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let timer = this.next(end); timer; timer = this.next(end)) {
      this.time = Math.max(this.time, timer.due);
      this.timers.delete(timer);
      timer.callback();
    }
    this.time = Math.max(this.time, end);
  }

  /** Moves the clock without running timers, as when the machine was asleep. */
  lapse(milliseconds: number): void {
    this.time += milliseconds;
  }

  private next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
    return next;
  }
}
