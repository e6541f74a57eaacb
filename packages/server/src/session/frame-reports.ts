import { type FrameOutcome, reportFrame } from "@achex/protocol";

/**
 * Numbers the frames of a session whose client asked for reports, and reports the outcome of each (PROTOCOL.md F1..F3).
 * Frames are handled in the order they arrived; only the newest one can be refused before that.
 */
export class FrameReports {
  private arrived = 0;
  /** Numbers of frames that have not been handled; as many as the session's queue holds. */
  private readonly waiting: number[] = [];
  /** The frame being handled; undefined once it has been reported. */
  private current: number | undefined;

  constructor(
    private readonly send: (text: string) => void,
    /** Frames of an earlier connection that are still to be handled. */
    private unreported = 0,
  ) {}

  frameArrived(): void {
    this.waiting.push(++this.arrived);
  }

  handlingNext(): void {
    this.current = this.unreported > 0 ? undefined : this.waiting.shift();
    if (this.unreported > 0) this.unreported--;
  }

  /** The newest frame is refused, or handled ahead of those that wait; `act` reports it. */
  settleNewest(act: () => void): void {
    const { current } = this;
    this.current = this.waiting.pop();
    act();
    this.current = current;
  }

  /** That many of the newest frames are discarded without a report. */
  discardNewest(frames: number): void {
    this.waiting.splice(Math.max(0, this.waiting.length - frames));
  }

  /** Reports the frame being handled, once. */
  report(outcome: FrameOutcome): void {
    if (this.current === undefined) return;
    this.send(reportFrame(this.current, outcome));
    this.current = undefined;
  }
}
