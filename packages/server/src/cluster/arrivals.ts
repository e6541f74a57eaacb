import type { Payload } from "../socket.ts";
import { decodeFrame } from "./frames.ts";
import type { Peer } from "./peer.ts";

/** Frames of a peer that may wait. */
const MAX_WAITING = 100_000;

type Waiting = NonNullable<Peer["waiting"]>;

/** What to do with a frame when it is its turn. */
export type HandleFrame = (peer: Peer, head: readonly unknown[], body: Payload | undefined) => void;

/** Handles the frames of each peer in their order, one after another; large ones are put together from their parts. */
export class Arrivals {
  constructor(private readonly handle: HandleFrame) {}

  /** False when too many frames wait already. */
  add(peer: Peer, head: readonly unknown[], body: Payload | undefined): boolean {
    const { waiting } = peer;
    if (!waiting) this.next(peer, head, body);
    else if (waiting.length < MAX_WAITING) waiting.push([head, body]);
    else return false;
    return true;
  }

  /** The frames of a peer wait until `until` is settled. */
  pause(peer: Peer, until: Promise<void>): void {
    const waiting: Waiting = [...(peer.waiting ?? [])];
    peer.waiting = waiting;
    void until.finally(() => {
      // Its stream has begun again, or another message makes it wait.
      if (peer.waiting !== waiting) return;
      peer.waiting = undefined;
      this.addAll(peer, waiting);
    });
  }

  private addAll(peer: Peer, frames: Waiting): void {
    for (const [index, frame] of frames.entries()) {
      if (peer.waiting) {
        peer.waiting.push(...frames.slice(index));
        return;
      }
      this.next(peer, ...frame);
    }
  }

  private next(peer: Peer, head: readonly unknown[], body: Payload | undefined): void {
    if (head[0] !== "part") {
      this.handle(peer, head, body);
      return;
    }
    if (body instanceof Uint8Array) peer.parts.push(body);
    if (head[1] !== true) return;
    const whole = decodeFrame(Buffer.concat(peer.parts.splice(0)));
    if ("head" in whole) this.handle(peer, whole.head, whole.body);
  }
}
