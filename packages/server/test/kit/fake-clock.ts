import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly every: number;
  readonly callback: () => void;
  due: number;
}

/** Time that stands still until a test moves it on. */
export class FakeClock implements Clock {
  private time = 0;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { every: milliseconds, callback, due: this.time + milliseconds };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Moves on, running what is due in the order of its time. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let timer = this.nextDue(end); timer; timer = this.nextDue(end)) {
      this.time = timer.due;
      timer.due += timer.every;
      timer.callback();
    }
    this.time = end;
  }

  private nextDue(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
    return next;
  }
}
