import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly every: number;
  readonly callback: () => void;
  due: number;
}

/** A clock that a test advances. */
export class FakeClock implements Clock {
  private elapsed = 0;
  /** Turns of the event loop last until turn() is called; otherwise each ends as soon as something waits for its end. */
  hasLongTurns = false;
  private readonly turns: (() => void)[] = [];
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.elapsed;
  }

  /** Starts in 2026. */
  time(): number {
    return 1_767_225_600_000 + this.elapsed;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { every: milliseconds, callback, due: this.elapsed + milliseconds };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  afterTurn(callback: () => void): void {
    if (this.hasLongTurns) this.turns.push(callback);
    else callback();
  }

  /** Ends the turn of the event loop. */
  turn(): void {
    for (const callback of this.turns.splice(0)) callback();
  }

  /** Ends turns until nothing waits for the end of one. */
  allTurns(): void {
    while (this.turns.length > 0) this.turn();
  }

  /**
   * Advances the clock and runs timers in the order in which they are due. The current turn ends first, because no turn lasts
   * that long.
   */
  advance(milliseconds: number): void {
    this.turn();
    const end = this.elapsed + milliseconds;
    for (let timer = this.nextDue(end); timer; timer = this.nextDue(end)) {
      this.elapsed = timer.due;
      timer.due += timer.every;
      timer.callback();
    }
    this.elapsed = end;
  }

  private nextDue(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
    return next;
  }
}
