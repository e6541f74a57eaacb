import type { Payload } from "../socket.ts";

/** A queued frame costs more than its text: without this a flood of empty ones would count as nothing. */
const FRAME_OVERHEAD = 64;

/** Frames of one session that wait behind a login, in order and bounded. */
export class FrameQueue {
  private readonly frames: Payload[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** False when there is no room. */
  push(frame: Payload, bytes: number): boolean {
    const cost = bytes + FRAME_OVERHEAD;
    if (this.maxBytes > 0 && this.bytes + cost > this.maxBytes) return false;
    this.bytes += cost;
    this.frames.push(frame);
    return true;
  }

  shift(): Payload | undefined {
    const frame = this.frames.shift();
    if (frame === undefined) return undefined;
    this.bytes -= (typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength) + FRAME_OVERHEAD;
    return frame;
  }
}
