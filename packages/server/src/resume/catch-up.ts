import { BYTES_PER_UNIT, type TurnScheduler, type WaitingWork } from "../fairness/turn-scheduler.ts";
import type { Counters } from "../metrics/counters.ts";
import { SOCKET_CLOSED, type Socket } from "../socket.ts";
import type { FrameLog } from "./frame-log.ts";

/** Unsent bytes of a connection, above which its replay waits. All of it in one turn would exceed the backlog of the client it serves. */
export const MAX_UNSENT_BYTES = 1024 ** 2;
/** Frames and bytes that are written together. */
const BATCH_FRAMES = 32;
const BATCH_BYTES = 16 * 1024;

export interface CatchUpDeps {
  readonly scheduler: Pick<TurnScheduler, "allowsBackground" | "spend" | "waitForTurn" | "forget">;
  readonly counters: Pick<Counters, "replayed">;
  /** Bytes that may wait for a slow reader; 0 means no limit. */
  readonly backlogBytes: number;
}

/** The session that is caught up. */
export interface CatchUpOwner {
  /** Every frame has been written: the session is live from this moment on. */
  caughtUp(): void;
  /** Frames that its client still needs are no longer held. */
  fellBehind(): void;
  markLagging(): void;
}

/**
 * Writes the frames of a log to a new connection, in order: a cursor that moves while few bytes wait to be sent, in slices, until
 * it reaches the end of the log. Frames sent to the session meanwhile are appended to the log and so come in their turn.
 */
export class CatchUp implements WaitingWork {
  private isOver = false;
  private readonly maxUnsent: number;

  constructor(
    private readonly log: FrameLog,
    private readonly socket: Socket,
    private readonly owner: CatchUpOwner,
    private readonly deps: CatchUpDeps,
    /** Number of the last frame that has been written. */
    public written: number,
  ) {
    const { backlogBytes } = deps;
    this.maxUnsent = backlogBytes > 0 ? Math.min(MAX_UNSENT_BYTES, backlogBytes / 4) : MAX_UNSENT_BYTES;
  }

  /** Writes as much as it may now. Called at the start, in later turns, and when unsent bytes have been written. */
  resume(): void {
    const { log, deps, owner } = this;
    for (let used = 0; !this.isOver; ) {
      if (this.written >= log.total) {
        this.stop();
        owner.caughtUp();
      } else if (this.written + 1 < log.firstHeld) {
        this.stop();
        owner.fellBehind();
      } else if (this.socket.getBufferedAmount() >= this.maxUnsent) {
        owner.markLagging();
        return;
      } else if (!deps.scheduler.allowsBackground(used)) {
        deps.scheduler.waitForTurn(this);
        return;
      } else {
        const units = this.writeBatch();
        used += units;
        deps.scheduler.spend(units);
      }
    }
  }

  /** The connection has ended, or needs no more. */
  stop(): void {
    this.isOver = true;
    this.deps.scheduler.forget(this);
  }

  /** Returns the units of work. */
  private writeBatch(): number {
    const before = this.written;
    let bytes = 0;
    this.socket.cork(() => {
      while (this.written - before < BATCH_FRAMES && bytes < BATCH_BYTES && !this.isOver) {
        const frame = this.log.at(this.written + 1);
        if (frame === undefined) return;
        // Before it is sent, because the connection may end in that call.
        this.written++;
        bytes += frame.length;
        if (this.socket.send(frame) === SOCKET_CLOSED) this.stop();
      }
    });
    const frames = this.written - before;
    this.deps.counters.replayed(frames);
    return frames + Math.floor(bytes / BYTES_PER_UNIT);
  }
}
