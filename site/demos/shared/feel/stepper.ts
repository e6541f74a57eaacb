/** Turns irregular frames into steps of equal length, so that every machine computes the same game. */
export interface Stepper {
  /** Adds the time since the last frame and runs the steps that are due. Returns the share of the next step that has passed, 0 to 1. */
  advance(milliseconds: number): number;
}

export interface StepperOptions {
  /** Length of a step, ms. Default 1000 / 60. */
  readonly step?: number;
  /** Longest time to catch up with in one frame, ms. What is beyond is skipped. Default 250. */
  readonly limit?: number;
  /** Called for each step. */
  readonly update: (step: number) => void;
  /** Time was skipped, because the page was suspended or the machine was busy. */
  readonly skipped?: ((milliseconds: number) => void) | undefined;
}

export function createStepper({ step = 1000 / 60, limit = 250, update, skipped }: StepperOptions): Stepper {
  let waiting = 0;
  return {
    advance(milliseconds) {
      waiting += Math.max(0, milliseconds);
      // Without a limit, a page that wakes up after a minute would compute 3,600 steps before it draws again.
      if (waiting > limit) {
        const surplus = waiting - limit;
        waiting = limit;
        skipped?.(surplus);
      }
      for (; waiting >= step; waiting -= step) update(step);
      return waiting / step;
    },
  };
}
