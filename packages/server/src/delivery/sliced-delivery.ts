import { SlicedWork, type SlicedWorkDeps } from "../fairness/sliced-work.ts";
import { BYTES_PER_UNIT } from "../fairness/turn-scheduler.ts";
import { SharedFrame } from "../resume/frame-log.ts";
import type { Payload } from "../socket.ts";
import type { Member } from "./channels.ts";

/** A message that needs no more units than this is sent to all its receivers at once. */
const MAX_UNITS_AT_ONCE = 512;

export interface SlicedDeliveryDeps extends SlicedWorkDeps {
  send(member: Member, payload: Payload, shared: SharedFrame): void;
}

/**
 * Sends messages that would take too long for one turn of the event loop: a large message to many receivers, or any message to
 * a very large number of targets. Each turn sends to a few receivers, so that frames from other clients are handled in between.
 * The sender's next frame waits until every receiver has been sent the message, so that messages from one sender always arrive
 * in order (PROTOCOL.md M5).
 */
export class SlicedDelivery {
  private started: Promise<void> | undefined;
  private readonly running = new Set<SlicedWork>();

  constructor(private readonly deps: SlicedDeliveryDeps) {}

  /**
   * Whether a message to this many receivers must be sent in slices. `atLeast` is the cost per receiver in units, regardless of
   * size.
   */
  isTooMuch(receivers: number, payload: Payload, atLeast: 0 | 1): boolean {
    return receivers * (atLeast + unitsOf(payload)) > MAX_UNITS_AT_ONCE;
  }

  /** Starts sending to the members. `except` is the id of a session that must not receive the message. */
  begin(members: Iterable<Member>, payload: Payload, except?: number): void {
    const before = this.started;
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = new SlicedWork(this.deps);
    const done = () => {
      this.running.delete(work);
      resolve();
    };
    this.running.add(work);
    work.add(
      this.deliver(
        [...members].filter(({ id }) => id !== except),
        payload,
        done,
      ),
    );
    this.started = before ? before.then(() => promise) : promise;
  }

  /** A promise that resolves when all deliveries begun since the last call are complete; undefined if there were none. */
  takeStarted(): Promise<void> | undefined {
    const { started } = this;
    this.started = undefined;
    return started;
  }

  /** Completes all deliveries at once; see SlicedWork.finish(). */
  finish(): void {
    for (const work of this.running) work.finish();
  }

  private *deliver(members: readonly Member[], payload: Payload, done: () => void): Generator<number, void> {
    const units = 1 + unitsOf(payload);
    const shared = new SharedFrame(payload);
    try {
      for (const member of members) {
        if (member.isClosed) continue;
        this.deps.send(member, payload, shared);
        yield units;
      }
    } finally {
      done();
    }
  }
}

const unitsOf = (payload: Payload): number =>
  Math.floor((typeof payload === "string" ? payload.length : payload.byteLength) / BYTES_PER_UNIT);
