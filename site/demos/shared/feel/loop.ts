import { createFrameTimes, type FrameTimes } from "./frame-times.ts";
import { createStepper } from "./stepper.ts";

export interface Frame {
  /** Time of the frame, ms since the page was loaded. */
  readonly now: number;
  /** Since the frame before, ms; at most 250. */
  readonly elapsed: number;
  /** Share of the next step that has passed, 0 to 1: draw between the last two states. */
  readonly alpha: number;
}

export interface LoopOptions {
  /** Length of a step, ms. Default 1000 / 60. */
  readonly step?: number;
  /** Computes one step of the game. */
  readonly update: (step: number) => void;
  /** Draws. Called once per frame of the display, and not at all while the page is hidden. */
  readonly draw: (frame: Frame) => void;
  /** The page was hidden, frozen or busy for so long, ms. The skipped time is not computed. */
  readonly skipped?: (milliseconds: number) => void;
}

export interface Loop {
  /** How long computing and drawing took, ms. The display waits for its next refresh in the meantime. */
  readonly work: FrameTimes;
  /** Time from frame to frame, ms. */
  readonly interval: FrameTimes;
  stop(): void;
}

const LONGEST_FRAME = 250;

/** Runs a game: steps of equal length, drawn at the rate of the display. */
export function startLoop({ step = 1000 / 60, update, draw, skipped }: LoopOptions): Loop {
  const work = createFrameTimes();
  const interval = createFrameTimes();
  const stepper = createStepper({ step, limit: LONGEST_FRAME, update, skipped });
  let last: number | undefined;
  let request = requestAnimationFrame(frame);

  function frame(now: number) {
    request = requestAnimationFrame(frame);
    const elapsed = last === undefined ? 0 : now - last;
    last = now;
    const started = performance.now();
    const alpha = stepper.advance(elapsed);
    draw({ now, elapsed: Math.min(elapsed, LONGEST_FRAME), alpha });
    work.add(performance.now() - started);
    if (elapsed > 0) interval.add(elapsed);
  }

  return { work, interval, stop: () => cancelAnimationFrame(request) };
}
