import type { Clock } from "./clock.ts";
import type { Bytes } from "./json.ts";
import { SendRate } from "./send-rate.ts";

/**
 * What may be held in memory until the server has it: enough for a client that sends 60 messages per second and is disconnected for
 * two minutes. Messages beyond it are rejected as `outbox-full`.
 */
export const CAPACITY = { frames: 10_000, bytes: 16 * 1024 * 1024 };

/** How full a queue of that many frames and bytes is; 1 is full. */
export const fillLevel = (frames: number, bytes: number): number =>
  Math.max(frames / CAPACITY.frames, bytes / CAPACITY.bytes);

/** Called once for a frame: it was passed to the socket or rejected, or the connection ended first. */
export type Sent = (dropped: boolean) => void;

/** A frame that is replaced by the next one with the same key, as long as it has not been sent. */
export interface Replaceable {
  readonly key: string;
  readonly replaced: () => void;
}

export interface OutgoingFrame {
  readonly ref: number;
  readonly data: string | Bytes;
  readonly size: number;
  readonly sent: Sent | undefined;
  readonly replaceable?: Replaceable | undefined;
}

/**
 * The frames to the server, in order: those it has not acknowledged yet, then those that the rate limit or a dropped connection
 * holds back. Frames have numbers from 1.
 */
export class FrameLog {
  readonly #clock: Clock;
  readonly #frames: OutgoingFrame[] = [];
  #bytes = 0;
  /** Number of the last frame that is no longer held. */
  #released = 0;
  /** Index of the next frame to write. */
  #next = 0;
  /** Number of the last frame that the server may have received. */
  #furthest = 0;
  /** Whether written frames are held until they are acknowledged. */
  #keeps = false;
  #rate: SendRate;
  #limits = "";
  #write: ((data: string | Bytes) => void) | undefined;
  #cancelWait: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#rate = new SendRate(clock, 0, 0);
  }

  /** 1 means full. */
  get level(): number {
    return fillLevel(this.#frames.length, this.#bytes);
  }

  /** Whether the next frame is written at once. */
  get isIdle(): boolean {
    return this.#write !== undefined && this.#next === this.#frames.length;
  }

  /** Number of the last frame written to the current socket. */
  get written(): number {
    return this.#released + this.#next;
  }

  /** Sets the server's limits. Limits that stay the same keep what is spent of them. */
  limit(framesPerSecond: number, bytesPerSecond: number): void {
    const limits = `${framesPerSecond} ${bytesPerSecond}`;
    if (limits !== this.#limits) this.#rate = new SendRate(this.#clock, framesPerSecond, bytesPerSecond);
    this.#limits = limits;
  }

  /** Counts a frame that does not wait for its turn. */
  spend(size: number): void {
    this.#rate.spend(size);
  }

  add(frame: OutgoingFrame): void {
    if (frame.replaceable) this.#replace(frame.replaceable.key);
    this.#frames.push(frame);
    this.#bytes += frame.size;
    this.#flush();
  }

  /** Holds frames from now on until they are acknowledged. */
  keep(): void {
    this.#keeps = true;
  }

  /** Frames are no longer acknowledged. */
  forget(): void {
    this.#keeps = false;
    this.#release(this.#next);
  }

  /** Writes what waits, in order, and from now on what is added. */
  attach(write: (data: string | Bytes) => void): void {
    this.#write = write;
    this.#flush();
  }

  /** Holds everything back, including what is not acknowledged: it must be written again. */
  detach(): void {
    this.#write = undefined;
    this.#next = 0;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  /** The server has received frames up to this number. Returns false if that is impossible. */
  acknowledge(received: number): boolean {
    if (!Number.isInteger(received) || received < this.#released || received > this.#furthest) return false;
    this.#release(received - this.#released);
    return true;
  }

  /** As acknowledge(), after a resume: the server has not received any other frame. */
  resume(received: number): boolean {
    const possible = this.acknowledge(received);
    this.#furthest = this.#released;
    return possible;
  }

  /** Continues the numbers of a session that another page began. */
  continueAfter(received: number): boolean {
    this.#furthest = received;
    return this.resume(received);
  }

  /** References of the frames that the server cannot have received. */
  unsent(): ReadonlySet<number> {
    return new Set(this.#frames.slice(this.#furthest - this.#released).map(({ ref }) => ref));
  }

  /** Drops all frames. */
  end(): void {
    this.detach();
    const unsent = this.#frames.splice(0).slice(this.#furthest - this.#released);
    this.#bytes = 0;
    for (const { sent } of unsent) sent?.(true);
  }

  /** Removes the frame with that key that the server cannot have received, if there is one. */
  #replace(key: string): void {
    const sent = this.#furthest - this.#released;
    const at = this.#frames.findIndex((one, index) => index >= sent && one.replaceable?.key === key);
    if (at < 0) return;
    for (const { size, replaceable } of this.#frames.splice(at, 1)) {
      this.#bytes -= size;
      replaceable?.replaced();
    }
  }

  #release(count: number): void {
    for (const { size } of this.#frames.splice(0, count)) this.#bytes -= size;
    this.#released += count;
    this.#next = Math.max(0, this.#next - count);
  }

  #flush(): void {
    if (this.#cancelWait) return;
    for (let frame = this.#frames[this.#next]; frame && this.#write; frame = this.#frames[this.#next]) {
      const wait = this.#rate.wait(frame.size);
      if (wait > 0) {
        this.#cancelWait = this.#clock.after(Math.ceil(wait), () => {
          this.#cancelWait = undefined;
          this.#flush();
        });
        return;
      }
      this.#rate.spend(frame.size);
      this.#next++;
      const isFirst = this.written > this.#furthest;
      this.#furthest = Math.max(this.#furthest, this.written);
      if (!this.#keeps) this.#release(1);
      this.#write(frame.data);
      if (isFirst) frame.sent?.(false);
    }
  }
}
