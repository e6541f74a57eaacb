import type { FollowedChannel } from "../engine.ts";
import type { KeptMessage, KeptRange, KeptSpan } from "../keep.ts";
import { type ActiveChannels, keyOf } from "./active-channels.ts";
import type { KeptReader } from "./reader.ts";

export const cursorKey = (key: string, device: string): string => `${key}\0${device}`;

/** What kept channels hold, without what has been stored and not settled yet. */
export abstract class KeptReads {
  /** Confirmed positions that have not been stored. */
  protected readonly unwritten = new Map<string, number>();
  protected abstract reader: KeptReader;
  protected abstract channels: ActiveChannels;

  span(channel: FollowedChannel): KeptSpan {
    return this.reader.span(channel, this.channels.get(channel)?.head);
  }

  read(channel: FollowedChannel, range: KeptRange): readonly KeptMessage[] {
    return this.reader.read(channel, range, this.channels.get(channel)?.head);
  }

  confirmed(channel: FollowedChannel, device: string): number {
    return this.unwritten.get(cursorKey(keyOf(channel), device)) ?? this.reader.confirmed(channel, device);
  }
}
