import type { Cluster } from "../cluster/cluster.ts";
import type { ChannelsListener } from "../delivery/channels.ts";
import type { Deliver } from "../delivery/deliver.ts";
import type { Engine, FollowedChannel } from "../engine.ts";
import type { MovingSessions } from "../handover/moving-sessions.ts";
import type { NameWatchers } from "./name-watchers.ts";

/** What follows the members of channels; created later than they are. */
interface ChannelParts {
  readonly engine: Engine;
  readonly nameWatchers: NameWatchers;
  readonly deliver: Deliver;
  readonly cluster: Cluster | undefined;
  readonly moving: MovingSessions;
}

/** Nobody is notified of a name that is at another node as well, or moves. */
const isElsewhere = ({ cluster, moving }: ChannelParts, channel: FollowedChannel): boolean =>
  cluster?.isHeld(channel) === true || moving.isIn(channel);

export const channelsListener = (parts: () => ChannelParts): ChannelsListener => ({
  follow(channel) {
    parts().engine.follow(channel);
    if (channel.kind === "name" && !isElsewhere(parts(), channel)) parts().nameWatchers.online(channel);
  },
  unfollow(channel) {
    parts().engine.unfollow(channel);
    if (channel.kind === "name" && !isElsewhere(parts(), channel)) parts().nameWatchers.offline(channel);
  },
  beforeJoin: (channel) => parts().deliver.broadcasts.flushBeforeJoin(channel),
  joined(channel, member) {
    parts().deliver.broadcasts.joined(channel, member);
    parts().deliver.latest.joined(channel, member);
  },
  beforeLeave(channel, member) {
    parts().deliver.broadcasts.flushFor(member);
    parts().deliver.latest.leaving(channel, member);
  },
});
