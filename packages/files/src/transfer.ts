import type { OfferedFile, Via } from "./messages.ts";
import { Rate } from "./rate.ts";

/**
 * `offered`: the receiver has not decided. `running`. `paused`: by either side. `waiting`: the other side is not connected, and the transfer
 * goes on when it returns. `finishing`: everything was sent, and the receiver checks it. The others are final.
 */
export type TransferState =
  | "offered"
  | "running"
  | "paused"
  | "waiting"
  | "finishing"
  | "done"
  | "declined"
  | "cancelled"
  | "failed";

const FINAL: ReadonlySet<TransferState> = new Set(["done", "declined", "cancelled", "failed"]);

/** What both directions have in common: what is shown. */
export abstract class Transfer {
  abstract readonly direction: "out" | "in";
  readonly files: readonly OfferedFile[];
  readonly total: number;
  readonly rate = new Rate();
  state: TransferState = "offered";
  /** Bytes sent, or received and written. */
  bytes = 0;
  /** Files whose SHA-256 the receiver has compared. */
  verified = 0;
  via: Via | undefined;
  /** SHA-256 of complete files, in hexadecimal. */
  readonly digests: string[] = [];
  /** Why it failed, was cancelled or declined. */
  why = "";
  pausedHere = false;
  pausedThere = false;
  /** Sum of the sizes before each file. */
  protected readonly starts: readonly number[];
  readonly #changed: () => void;

  constructor(files: readonly OfferedFile[], changed: () => void) {
    this.files = files;
    this.#changed = changed;
    const starts: number[] = [];
    let sum = 0;
    for (const { size } of files) {
      starts.push(sum);
      sum += size;
    }
    this.starts = starts;
    this.total = sum;
  }

  get isOver(): boolean {
    return FINAL.has(this.state);
  }

  get isPaused(): boolean {
    return this.pausedHere || this.pausedThere;
  }

  protected moved(bytes: number): void {
    this.bytes = bytes;
    this.rate.add(bytes);
    this.#changed();
  }

  protected become(state: TransferState, why = ""): void {
    if (this.isOver) return;
    if (state !== this.state) this.rate.restart();
    this.state = state;
    this.why = why;
    this.#changed();
  }

  protected notify(): void {
    this.#changed();
  }
}

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);
