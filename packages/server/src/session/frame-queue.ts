import type { Payload } from "../socket.ts";

/**
 * Bytes counted for each queued frame in addition to its payload. Without it, the memory for a flood of empty frames would not
 * be counted.
 */
export const FRAME_OVERHEAD = 64;

/** Frames of one session that wait to be handled, in order and bounded. */
export class FrameQueue {
  private frames: (Payload | undefined)[] = [];
  /** Index of the first frame. Removing frames from the array one by one would move all the others each time. */
  private head = 0;
  private bytes = 0;

  /** A `maxBytes` of 0 means no limit. An empty queue accepts a frame of any size. */
  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.frames.length - this.head;
  }

  /** Bytes of all queued frames, overhead included. */
  get heldBytes(): number {
    return this.bytes;
  }

  /** False when there is no room. */
  push(frame: Payload, bytes: number): boolean {
    const cost = bytes + FRAME_OVERHEAD;
    if (this.maxBytes > 0 && this.bytes > 0 && this.bytes + cost > this.maxBytes) return false;
    this.add(frame, bytes);
    return true;
  }

  /** Adds a frame even if there is no room. */
  add(frame: Payload, bytes: number): void {
    this.bytes += bytes + FRAME_OVERHEAD;
    this.frames.push(frame);
  }

  /** All frames, oldest first. */
  toArray(): Payload[] {
    return this.frames.slice(this.head).filter((frame) => frame !== undefined);
  }

  /** The next frame, without removing it. */
  peek(): Payload | undefined {
    return this.frames[this.head];
  }

  shift(): Payload | undefined {
    const frame = this.frames[this.head];
    if (frame === undefined) return undefined;
    // Without this the array would keep the frame in memory.
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
