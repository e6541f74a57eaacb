import { SlicedWork, type SlicedWorkDeps } from "../fairness/sliced-work.ts";
import type { Payload } from "../socket.ts";
import type { Member } from "./channels.ts";

/** Bytes of a frame that cost as much to send as a small frame. */
const BYTES_PER_UNIT = 4_096;
/** Units of a turn up to which a message is sent to all its receivers at once. */
const MAX_UNITS_AT_ONCE = 512;

export interface SlicedDeliveryDeps extends SlicedWorkDeps {
  send(member: Member, payload: Payload): void;
}

/**
 * Sends messages that are too expensive for one turn of the event loop: large ones to many receivers, or any to a great many
 * targets. Each turn serves a few receivers, so that frames of others are handled in between. The sender's next frame waits
 * until the last receiver has been served, so that everybody receives the messages of one sender in order (PROTOCOL.md M5).
 */
export class SlicedDelivery {
  private started: Promise<void> | undefined;

  constructor(private readonly deps: SlicedDeliveryDeps) {}

  /** Whether a message to that many receivers needs slices; `atLeast` is the cost per receiver in units, regardless of size. */
  isTooMuch(receivers: number, payload: Payload, atLeast: 0 | 1): boolean {
    return receivers * (atLeast + unitsOf(payload)) > MAX_UNITS_AT_ONCE;
  }

  /** Starts sending to the members, except to the session with that id. */
  begin(members: Iterable<Member>, payload: Payload, except?: number): void {
    const before = this.started;
    const { promise, resolve } = Promise.withResolvers<void>();
    new SlicedWork(this.deps).add(
      this.deliver(
        [...members].filter(({ id }) => id !== except),
        payload,
        resolve,
      ),
    );
    this.started = before ? before.then(() => promise) : promise;
  }

  /** A promise for all deliveries begun since the last call; undefined when there were none. */
  takeStarted(): Promise<void> | undefined {
    const { started } = this;
    this.started = undefined;
    return started;
  }

  private *deliver(members: readonly Member[], payload: Payload, done: () => void): Generator<number, void> {
    const units = 1 + unitsOf(payload);
    try {
      for (const member of members) {
        if (member.isClosed) continue;
        this.deps.send(member, payload);
        yield units;
      }
    } finally {
      done();
    }
  }
}

const unitsOf = (payload: Payload): number =>
  Math.floor((typeof payload === "string" ? payload.length : payload.byteLength) / BYTES_PER_UNIT);
