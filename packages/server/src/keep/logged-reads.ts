import type { Clock } from "../clock.ts";
import type { SharedLog } from "../cluster/shared-log.ts";
import type { FollowedChannel } from "../engine.ts";
import { KeepUnavailable, type KnownPosition } from "../keep.ts";
import { AwaitedPositions } from "./awaited-positions.ts";
import { KeptReads } from "./kept-reads.ts";
import { loadPosition } from "./log-positions.ts";
import { orUnavailable } from "./reader.ts";

/** The epoch that an entry of the log begins: the same on all nodes, and never that of another channel. */
export const epochOf = (at: number, position: number, id: number): string =>
  `${at.toString(36)}.${position.toString(36)}.${id.toString(36)}`;

/** Position in the log of the entry that began an epoch; undefined if no log has such an epoch. */
function beginningOf(epoch: string): number | undefined {
  const [, position] = /^[\da-z]+\.([\da-z]{1,10})\.[\da-z]+$/.exec(epoch) ?? [];
  return position === undefined ? undefined : Number.parseInt(position, 36);
}

/** What kept channels of a cluster hold on this node, which can be behind the others for a moment. */
export abstract class LoggedReads extends KeptReads {
  private readonly awaited: AwaitedPositions;

  constructor(
    private readonly parts: { readonly clock: Pick<Clock, "every">; readonly log: Pick<SharedLog, "shardOf"> },
  ) {
    super();
    this.awaited = new AwaitedPositions(parts.clock);
  }

  /** See Keep. */
  whenStored(channel: FollowedChannel, position: KnownPosition): Promise<void> | undefined {
    if (!this.isBehind(channel, position)) return undefined;
    return this.awaited.wait(channel, () => {
      try {
        return !this.isBehind(channel, position);
      } catch (error) {
        if (!(error instanceof KeepUnavailable)) throw error;
        return true;
      }
    });
  }

  /** Something has been stored in the channel, and settled. */
  protected storedIn(channel: FollowedChannel): void {
    this.awaited.stored(channel);
  }

  /** Whether this node has yet to store what is at a position. */
  private isBehind(channel: FollowedChannel, { epoch, seq }: KnownPosition): boolean {
    const span = this.span(channel);
    if (epoch === undefined || epoch === span.epoch) return seq > span.head;
    // Where the log has been stored up to the beginning of that epoch, it has ended.
    const begin = beginningOf(epoch);
    if (begin === undefined) return false;
    const shard = this.parts.log.shardOf(channel.instance);
    const stored = orUnavailable(() => loadPosition(this.reader.database, shard));
    return begin > (stored?.position ?? 0);
  }
}
