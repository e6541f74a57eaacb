import { BYTES_PER_UNIT, type TurnScheduler, type WaitingWork } from "../fairness/turn-scheduler.ts";
import type { Payload } from "../socket.ts";
import { decodeFrame } from "./frames.ts";

/** What may wait of one peer: frames, and their bytes. */
const MAX_FRAMES = 100_000;
const MAX_BYTES = 64 * 1024 ** 2;

/** How the frames of other nodes share the turns of the event loop with the sessions of this one. */
export interface ArrivalTurns {
  readonly scheduler: Pick<TurnScheduler, "turn" | "allowsPeer" | "spend" | "waitForTurn" | "forget">;
  /** What this node sends to its sessions. */
  readonly counters: { readonly framesOut: number; readonly bytesOut: number };
}

interface Waiting {
  readonly head: readonly unknown[];
  readonly body: Payload | undefined;
  readonly bytes: number;
}

export interface InboxOwner {
  handle(head: readonly unknown[], body: Payload | undefined): void;
  /** What has arrived is not a frame. */
  refuse(reason: "garbled" | "too-large"): void;
}

/**
 * The frames of a peer, handled one after another: as many in a turn as its share allows, the rest in the next one. Without that,
 * a client that floods through another node would delay everybody on this one. Large frames are put together from their parts.
 */
export class PeerInbox implements WaitingWork {
  private frames: Waiting[] = [];
  /** Those before it have been handled. */
  private at = 0;
  private waitingBytes = 0;
  private pausedUntil: Promise<void> | undefined;
  private parts: Uint8Array[] = [];
  private partBytes = 0;
  private turn = -1;
  private used = 0;

  constructor(
    private readonly turns: ArrivalTurns,
    private readonly owner: InboxOwner,
  ) {}

  /** Frames that wait for their turn. */
  get length(): number {
    return this.frames.length - this.at;
  }

  /** False when too much waits already. */
  add(head: readonly unknown[], body: Payload | undefined, bytes: number): boolean {
    if (this.length === 0 && !this.pausedUntil && this.mayGoOn()) {
      this.next(head, body, bytes);
      return true;
    }
    if (this.length >= MAX_FRAMES || this.waitingBytes + bytes > MAX_BYTES) return false;
    this.frames.push({ head, body, bytes });
    this.waitingBytes += bytes;
    if (!this.pausedUntil) this.turns.scheduler.waitForTurn(this);
    return true;
  }

  /** The frames wait until `until` is settled: a message is being sent to its receivers, and no later one may overtake it. */
  pause(until: Promise<void>): void {
    this.pausedUntil = until;
    void until.finally(() => {
      // Its stream has begun again, or another message makes it wait.
      if (this.pausedUntil !== until) return;
      this.pausedUntil = undefined;
      this.resume();
    });
  }

  resume(): void {
    while (!this.pausedUntil) {
      const frame = this.frames[this.at];
      if (!frame) break;
      if (!this.mayGoOn()) {
        this.turns.scheduler.waitForTurn(this);
        return;
      }
      this.at++;
      this.waitingBytes -= frame.bytes;
      if (this.length === 0) this.forgetHandled();
      this.next(frame.head, frame.body, frame.bytes);
    }
  }

  /** Drops what waits: the stream begins again, or the peer is gone. */
  clear(): void {
    this.turns.scheduler.forget(this);
    this.pausedUntil = undefined;
    this.forgetParts();
    this.waitingBytes = 0;
    this.forgetHandled();
  }

  private forgetHandled(): void {
    this.frames = [];
    this.at = 0;
  }

  private mayGoOn(): boolean {
    const { scheduler } = this.turns;
    if (this.turn !== scheduler.turn) {
      this.turn = scheduler.turn;
      this.used = 0;
    }
    return scheduler.allowsPeer(this.used);
  }

  private next(head: readonly unknown[], body: Payload | undefined, bytes: number): void {
    const { scheduler, counters } = this.turns;
    const { framesOut, bytesOut } = counters;
    this.handlePart(head, body);
    const sentBytes = counters.bytesOut - bytesOut;
    const units = 1 + counters.framesOut - framesOut + Math.floor((bytes + sentBytes) / BYTES_PER_UNIT);
    this.used += units;
    scheduler.spend(units);
  }

  private handlePart(head: readonly unknown[], body: Payload | undefined): void {
    if (head[0] !== "part") {
      this.owner.handle(head, body);
      return;
    }
    if (!(body instanceof Uint8Array) || this.partBytes + body.byteLength > MAX_BYTES) {
      this.forgetParts();
      this.owner.refuse(body instanceof Uint8Array ? "too-large" : "garbled");
      return;
    }
    this.parts.push(body);
    this.partBytes += body.byteLength;
    if (head[1] !== true) return;
    const whole = decodeFrame(Buffer.concat(this.parts));
    this.forgetParts();
    if ("head" in whole && whole.head[0] !== "part") this.owner.handle(whole.head, whole.body);
    else this.owner.refuse("garbled");
  }

  private forgetParts(): void {
    this.parts = [];
    this.partBytes = 0;
  }
}
