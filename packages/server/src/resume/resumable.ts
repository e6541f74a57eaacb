import type { FrameLog } from "./frame-log.ts";
import { HeardEvents } from "./heard-events.ts";

/** A side acknowledges after this many counted frames, bytes or seconds, whichever comes first (PROTOCOL.md R72). */
const SEEN_FRAMES = 256;
const SEEN_BYTES = 64 * 1024;
const SEEN_SECONDS = 5;

/** What a session keeps so that it can be resumed. */
export class Resumable {
  /** Counted frames that have arrived from the client. */
  received: number;
  /** That of the latest accepted resume; an older attempt that arrives late has a smaller one. */
  generation: number;
  readonly events = new HeardEvents();
  private unseenFrames = 0;
  private unseenBytes = 0;
  private unseenSeconds = 0;

  constructor(
    /** Of its token. */
    readonly digest: string,
    readonly log: FrameLog,
    /** The client declared that the session survives a reload of its page (PROTOCOL.md R79). */
    readonly reload: boolean,
    { received, generation }: { readonly received: number; readonly generation: number } = {
      received: 0,
      generation: 0,
    },
  ) {
    this.received = received;
    this.generation = generation;
  }

  /** Counts a frame from the client. Returns true when an acknowledgement is due. */
  count(bytes: number): boolean {
    this.received++;
    this.unseenBytes += bytes;
    return ++this.unseenFrames >= SEEN_FRAMES || this.unseenBytes >= SEEN_BYTES;
  }

  /** Called once a second. Returns true when an acknowledgement is due. */
  tick(): boolean {
    return this.unseenFrames > 0 && ++this.unseenSeconds >= SEEN_SECONDS;
  }

  /** The client has been told how many frames arrived. */
  acknowledged(): void {
    this.unseenFrames = 0;
    this.unseenBytes = 0;
    this.unseenSeconds = 0;
  }
}
