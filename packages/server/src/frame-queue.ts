/** A queued frame costs more than its text: without this a flood of empty ones would count as nothing. */
const FRAME_OVERHEAD = 64;

/** Frames of one session that wait behind a login, in order and bounded. */
export class FrameQueue {
  private readonly frames: string[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** False when there is no room. */
  push(text: string, bytes: number): boolean {
    const cost = bytes + FRAME_OVERHEAD;
    if (this.maxBytes > 0 && this.bytes + cost > this.maxBytes) return false;
    this.bytes += cost;
    this.frames.push(text);
    return true;
  }

  shift(): string | undefined {
    const text = this.frames.shift();
    if (text !== undefined) this.bytes -= Buffer.byteLength(text) + FRAME_OVERHEAD;
    return text;
  }
}
