import type { FollowedChannel } from "../engine.ts";
import { KeepUnavailable, type KeptChannel } from "../keep.ts";
import type { KeptReader } from "./reader.ts";
import type { ChannelEntry } from "./writer-messages.ts";

/** A channel that has been written since the start. */
export interface ActiveChannel {
  readonly channel: FollowedChannel;
  readonly number: number;
  /** Position of the newest message that was committed and settled. */
  head: number;
  /** Requests that are not settled. */
  waiting: number;
}

export const keyOf = ({ instance, kind, name }: FollowedChannel): string => `${kind}\0${instance}\0${name}`;

/** Stored channels that are found at a time. */
const FOUND_AT_ONCE = 500;

/** The channels that the writing thread knows, by number. */
export class ActiveChannels {
  private readonly active = new Map<string, ActiveChannel>();
  private readonly keys = new Map<number, string>();
  /** All channels that are stored. */
  private count: number;
  private numbers = 0;
  /** Id of the last stored channel that was found; undefined when all are. */
  private foundUpTo: number | undefined = 0;
  /** Channels of which the writer does not know yet. */
  private announced: ChannelEntry[] = [];

  constructor(
    private readonly reader: KeptReader,
    /** 0 means no limit. */
    private readonly maxChannels: number,
  ) {
    this.count = reader.countChannels();
  }

  get(channel: FollowedChannel): ActiveChannel | undefined {
    return this.active.get(keyOf(channel));
  }

  keyOf(number: number): string {
    return this.keys.get(number) ?? "";
  }

  /** Returns undefined if another channel would be too many. */
  activate(channel: KeptChannel): ActiveChannel | undefined {
    const key = keyOf(channel);
    const known = this.active.get(key);
    if (known) return known;
    const head = this.reader.head(channel);
    if (head === undefined && this.maxChannels > 0 && this.count >= this.maxChannels) return undefined;
    if (head === undefined) this.count++;
    return this.announce(channel, head ?? 0);
  }

  private announce(channel: KeptChannel, head: number): ActiveChannel {
    const key = keyOf(channel);
    const active = { channel, number: ++this.numbers, head, waiting: 0 };
    this.active.set(key, active);
    this.keys.set(active.number, key);
    const { instance, kind, name, retention } = channel;
    this.announced.push([active.number, instance, kind, name, retention.messages, retention.age, retention.bytes]);
    return active;
  }

  /** The same whatever the limit. */
  activateAnyway(channel: KeptChannel): ActiveChannel {
    const known = this.active.get(keyOf(channel));
    if (known) return known;
    const head = this.reader.head(channel);
    if (head === undefined) this.count++;
    return this.announce(channel, head ?? 0);
  }

  /** Channels that are stored. */
  get size(): number {
    return this.count;
  }

  byNumber(number: number): ActiveChannel | undefined {
    return this.active.get(this.keyOf(number));
  }

  /** Activates some of the channels that were stored before the start, so that their old messages are deleted. */
  findStored(ruleOf: (channel: FollowedChannel) => KeptChannel | undefined): void {
    if (this.foundUpTo === undefined) return;
    try {
      const found = this.reader.channelsAfter(this.foundUpTo, FOUND_AT_ONCE);
      for (const channel of found) {
        const kept = ruleOf(channel);
        if (kept) this.activate(kept);
      }
      this.foundUpTo = found.length === FOUND_AT_ONCE ? found.at(-1)?.id : undefined;
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  takeAnnounced(): readonly ChannelEntry[] {
    const { announced } = this;
    this.announced = [];
    return announced;
  }

  /** Counts the stored channels again; while the storage fails, the number stays as it was. */
  recount(): void {
    try {
      this.count = this.reader.countChannels();
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  /** Forgets those of the channels that may be; returns their numbers. */
  forget(numbers: readonly number[], mayForget: (channel: ActiveChannel) => boolean): readonly number[] {
    const forgotten = numbers.filter((number) => {
      const active = this.active.get(this.keyOf(number));
      return active?.waiting === 0 && mayForget(active);
    });
    for (const number of forgotten) {
      this.active.delete(this.keyOf(number));
      this.keys.delete(number);
    }
    return forgotten;
  }
}
