import type { Channel, Member } from "../delivery/channels.ts";

/** What rooms need to know about a session. */
export interface RoomSession extends Member {
  readonly state: { readonly kind: string; readonly name?: string };
  /** It should get only the latest values (PROTOCOL.md R108). */
  readonly isBehind: boolean;
  readonly isUnresponsive: boolean;
  /** Asks whether its client still reads. */
  probe(): void;
  /** Frames reach its client now. */
  readonly isLive: boolean;
  /** Set if it can be resumed. */
  readonly resumable: { readonly events: { readonly isForgotten: boolean } } | undefined;
  sendUncounted(text: string): void;
}

/** The channel whose topic sends changes to the followers that are not behind. */
export interface LiveTopic {
  readonly channel: Channel;
  /** What its followers have been sent once it is no longer in use; see StateFeed.retire(). */
  end: Sent | undefined;
}

/** What a follower has been sent. */
export interface Sent {
  /** Version of the state; undefined when the client has to begin with the whole map. */
  readonly version: number | undefined;
  /** Number of the latest `$room` or `$host` frame. */
  readonly revision: number;
}

export const NOTHING_SENT: Sent = { version: undefined, revision: -1 };

/** Samples of one follower. One is taken per second, and clients acknowledge after five at the latest. */
const MAX_SAMPLES = 8;

interface Sample {
  readonly version: number;
  readonly total: number;
}

/** For a restart. */
export interface SavedReceived {
  readonly certain?: number;
  readonly samples: readonly Sample[];
}

/**
 * The state that the client of a follower has certainly received. State frames are not counted, but a client that has received
 * a counted frame has also received everything that was sent before it (PROTOCOL.md R71, R108).
 */
export class ReceivedState {
  private certain: number | undefined;
  /** Versions that were sent when the log had so many frames; oldest first, with growing totals. */
  private samples: Sample[] | undefined;

  constructor(saved?: SavedReceived) {
    this.certain = saved?.certain;
    if (saved && saved.samples.length > 0) this.samples = [...saved.samples];
  }

  /** Called from time to time, with the version that the follower has been sent. */
  note(version: number, { log }: Member): void {
    if (!log) return;
    this.check(log.acknowledged);
    if (version === this.certain) return;
    this.samples ??= [];
    const { samples } = this;
    if (samples.at(-1)?.total === log.total) samples.pop();
    // The oldest stays, because it is the first that can be proven.
    if (samples.length === MAX_SAMPLES) samples.splice(1, 1);
    samples.push({ version, total: log.total });
  }

  /**
   * Returns the version that a difference may start from; undefined when nothing is certain. Called when a new connection takes
   * over: what is acknowledged later may have been replayed, and says nothing about the state.
   */
  settle({ log, resumable }: RoomSession): number | undefined {
    if (log) this.check(log.acknowledged);
    this.samples = undefined;
    // A new page has taken over (PROTOCOL.md R79).
    if (resumable?.events.isForgotten) this.certain = undefined;
    return this.certain;
  }

  save(): SavedReceived {
    return { ...(this.certain !== undefined && { certain: this.certain }), samples: this.samples ?? [] };
  }

  private check(acknowledged: number): void {
    const { samples } = this;
    while (samples?.[0] && acknowledged > samples[0].total) this.certain = samples.shift()?.version;
    if (samples?.length === 0) this.samples = undefined;
  }
}

/** A session that follows a room. */
export interface Follower {
  readonly session: RoomSession;
  readonly received: ReceivedState;
  /** The topic it is subscribed to. undefined while it reads slowly or is away. */
  topic: LiveTopic | undefined;
  /** What it has been sent, when it has no topic. */
  sent: Sent;
}
