import type { Payload } from "../socket.ts";

/** A queued frame costs more than its text: without this a flood of empty ones would count as nothing. */
export const FRAME_OVERHEAD = 64;

/** Frames of one session that wait to be handled, in order and bounded. */
export class FrameQueue {
  private frames: (Payload | undefined)[] = [];
  /** Index of the first frame: removing it from the array instead would move all the others. */
  private head = 0;
  private bytes = 0;

  /** `maxBytes`: 0 is no limit; one frame always fits, whatever its size. */
  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.frames.length - this.head;
  }

  /** Bytes that are held, overhead included. */
  get heldBytes(): number {
    return this.bytes;
  }

  /** False when there is no room. */
  push(frame: Payload, bytes: number): boolean {
    const cost = bytes + FRAME_OVERHEAD;
    if (this.maxBytes > 0 && this.bytes > 0 && this.bytes + cost > this.maxBytes) return false;
    this.bytes += cost;
    this.frames.push(frame);
    return true;
  }

  /** The frame whose turn is next. */
  peek(): Payload | undefined {
    return this.frames[this.head];
  }

  shift(): Payload | undefined {
    const frame = this.frames[this.head];
    if (frame === undefined) return undefined;
    // The array would keep the frame alive.
    this.frames[this.head++] = undefined;
    this.bytes -= byteLengthOf(frame) + FRAME_OVERHEAD;
    if (this.head === this.frames.length || this.head === 1_024) {
      this.frames = this.frames.slice(this.head);
      this.head = 0;
    }
    return frame;
  }
}

export const byteLengthOf = (frame: Payload): number =>
  typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
