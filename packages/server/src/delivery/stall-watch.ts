import type { Clock } from "../clock.ts";
import type { Channel, Member } from "./channels.ts";

/** Messages and milliseconds between two looks at the readers of a topic: with fewer messages, little could be saved. */
const MESSAGES = 8;
const INTERVAL = 250;

export interface StallWatchDeps {
  readonly clock: Pick<Clock, "now">;
  inSlices(steps: Iterator<void>): void;
  /** The session of a member; undefined for one that must not be pinged. */
  probed(member: Member): { readonly isUnresponsive: boolean; probe(): void } | undefined;
}

/** Watches whether the readers of a topic still read (PROTOCOL.md R108, R130): pings them while there is much to read. */
export class StallWatch {
  private messages = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: StallWatchDeps) {}

  /** The topic has been sent a message. */
  sent(topic: Channel): void {
    if (++this.messages < MESSAGES) return;
    const now = this.deps.clock.now();
    if (now - this.lookedAt < INTERVAL) return;
    this.messages = 0;
    this.lookedAt = now;
    this.deps.inSlices(this.look(topic));
  }

  private *look(topic: Channel): Generator<void> {
    for (const member of [...topic.members()]) {
      const session = this.deps.probed(member);
      if (session?.isUnresponsive) topic.onLag?.(member);
      else session?.probe();
      yield;
    }
  }
}
