import type { Payload } from "../socket.ts";
import type { HeldBytes, Holder } from "./held-bytes.ts";

/** Bytes counted for each held frame besides its payload, for the object that holds it and its place in a log. */
const FRAME_OVERHEAD = 64;
const SLOT_BYTES = 16;
/** Forgotten places at the front of the array, above which it is copied without them. */
const MAX_UNUSED = 1_024;

/** The length of text instead of its bytes in UTF-8: that is what it occupies in memory, and it need not be counted. */
const costOf = (payload: Payload): number =>
  (typeof payload === "string" ? payload.length : payload.byteLength) + FRAME_OVERHEAD;

/** A payload that the logs of several sessions hold: one object, and its bytes count once for the node. */
export class SharedFrame {
  readonly cost: number;
  /** Logs that hold it. */
  holders = 0;

  constructor(readonly payload: Payload) {
    this.cost = costOf(payload);
  }
}

export type LoggedFrame = Payload | SharedFrame;

const dropped = (): void => {};

export const payloadOf = (frame: LoggedFrame): Payload => (frame instanceof SharedFrame ? frame.payload : frame);

/** What one session may hold; 0 means no limit. */
export interface FrameLogLimits {
  readonly resumeFrames: number;
  readonly resumeBytes: number;
}

/**
 * The counted frames sent to a resumable session that its client has not acknowledged, in the order in which they were sent,
 * numbered from 1 (PROTOCOL.md R71 to R73). Its order is that of the wire by construction, so both sides count the same.
 */
export class FrameLog implements Holder {
  private frames: (LoggedFrame | undefined)[] | undefined;
  /** Index of the first frame. */
  private head = 0;
  /** Bytes of the held frames, whether or not other logs hold them as well. */
  bytes = 0;
  /** Number of the last frame. */
  total = 0;
  /** Number of the last frame that the client is known to have received. */
  acknowledged = 0;
  /** Number of the last frame that was written to a connection; true while the session has none. */
  written = 0;
  /** The session has ended: nothing is recorded any more. */
  hasEnded = false;
  /** Takes what would be recorded: nothing is, once the session has ended, and while it moves to another node. */
  private diversion: ((payload: Payload) => void) | undefined;

  constructor(
    private readonly limits: FrameLogLimits,
    private readonly held: Pick<HeldBytes, "add" | "release">,
  ) {}

  get length(): number {
    return this.frames ? this.frames.length - this.head : 0;
  }

  /** There is room for many more frames before the oldest are forgotten. */
  get isHalfEmpty(): boolean {
    const { resumeFrames, resumeBytes } = this.limits;
    return (
      (resumeFrames === 0 || this.length < resumeFrames / 2) && (resumeBytes === 0 || this.bytes < resumeBytes / 2)
    );
  }

  /** Number of the first frame that is held, or of the next one when none is. */
  get firstHeld(): number {
    return this.total - this.length + 1;
  }

  record(payload: Payload): void {
    if (this.diversion) this.diversion(payload);
    else this.append(payload);
  }

  /** Records a frame even while others are diverted. */
  append(payload: Payload): void {
    if (this.hasEnded) return;
    const cost = costOf(payload);
    this.push(payload, cost);
    this.held.add(cost);
  }

  recordShared(frame: SharedFrame): void {
    if (this.diversion) {
      this.diversion(frame.payload);
      return;
    }
    this.push(frame, frame.cost);
    this.held.add(frame.holders++ === 0 ? frame.cost + SLOT_BYTES : SLOT_BYTES);
  }

  /** The frame with that number; undefined when it is not held. */
  at(number: number): Payload | undefined {
    const index = number - this.firstHeld;
    const frame = index >= 0 ? this.frames?.[this.head + index] : undefined;
    return frame === undefined ? undefined : payloadOf(frame);
  }

  /** The held frames, oldest first. */
  *contents(): Generator<LoggedFrame> {
    for (let index = this.head; index < (this.frames?.length ?? 0); index++) {
      const frame = this.frames?.[index];
      if (frame !== undefined) yield frame;
    }
  }

  /** The client has received the frames up to that number. */
  acknowledge(number: number): void {
    this.acknowledged = number;
    this.forget(number - this.firstHeld + 1);
  }

  /** Takes frames out that were not written to any connection; those after them move up. They may be given to another session. */
  removeUnsent(numbers: ReadonlySet<number>): void {
    const { frames, firstHeld } = this;
    if (!frames) return;
    const kept: (LoggedFrame | undefined)[] = [];
    for (const [index, frame] of frames.entries()) {
      const number = firstHeld + index - this.head;
      if (frame === undefined || number <= this.written || !numbers.has(number)) kept.push(frame);
      else this.release(frame);
    }
    this.total -= frames.length - kept.length;
    this.frames = kept.length === this.head ? undefined : kept;
    if (!this.frames) this.head = 0;
  }

  forgetAll(): void {
    this.forget(this.length);
  }

  /** The session has ended. */
  end(): void {
    this.hasEnded = true;
    this.diversion = dropped;
    this.forgetAll();
  }

  /** From here on `take` gets the frames; until it is undefined again, and never once the session has ended. */
  divert(take: ((payload: Payload) => void) | undefined): void {
    if (!this.hasEnded) this.diversion = take;
  }

  private push(frame: LoggedFrame, cost: number): void {
    this.frames ??= [];
    this.frames.push(frame);
    this.total++;
    this.bytes += cost;
    const { resumeFrames, resumeBytes } = this.limits;
    if (resumeFrames > 0 && this.length > resumeFrames) this.forget(1);
    while (resumeBytes > 0 && this.bytes > resumeBytes && this.length > 1) this.forget(1);
  }

  private forget(count: number): void {
    const { frames } = this;
    if (!frames) return;
    for (let left = count; left > 0 && this.head < frames.length; left--) {
      const frame = frames[this.head];
      frames[this.head++] = undefined;
      if (frame !== undefined) this.release(frame);
    }
    if (this.head === frames.length) {
      // An idle session has no array.
      this.frames = undefined;
      this.head = 0;
    } else if (this.head >= MAX_UNUSED && this.head * 2 >= frames.length) {
      this.frames = frames.slice(this.head);
      this.head = 0;
    }
  }

  private release(frame: LoggedFrame): void {
    if (!(frame instanceof SharedFrame)) {
      const cost = costOf(frame);
      this.bytes -= cost;
      this.held.release(cost);
      return;
    }
    this.bytes -= frame.cost;
    this.held.release(--frame.holders === 0 ? frame.cost + SLOT_BYTES : SLOT_BYTES);
  }
}
