import { keyOf } from "../cluster/holding.ts";
import type { FollowedChannel } from "../engine.ts";
import type { Core } from "../node/core.ts";
import { releaseName } from "../node/name-ownership.ts";
import type { Session } from "../session/session.ts";
import type { Moving } from "./moving-sessions.ts";

export const followed = ({ instance, kind, name }: FollowedChannel): FollowedChannel => ({ instance, kind, name });

/** The names, hubs and broadcasts of a session. */
export function channelsOfSession({ memberships, state }: Session): Moving["channels"] {
  const names = state.kind === "named" ? state.nameChannels : [];
  return [...names, ...memberships.map(({ channel }) => channel)].map((channel) => ({
    channel: followed(channel),
    inTurn: channel.owner?.roundRobin === true,
  }));
}

/** Takes a session out of all its channels without telling anybody: it is a member of them still, at another node. */
export function leaveSilently(core: Core, session: Session): void {
  for (const { channel } of session.memberships) {
    core.presence.unfollow(session, channel);
    core.channels.leave(session, channel);
    core.rooms.moves?.left(session, channel);
  }
  if (session.state.kind === "named")
    for (const channel of session.state.nameChannels) releaseName(core, session, channel);
  core.nameWatchers.sessionEnded(session, session.instance);
}

/** Tells the nodes that follow the presence of a channel that a member of it is at that node now. */
export function tellMoved({ cluster }: Core, channel: FollowedChannel, session: number, node: string): void {
  if (!cluster) return;
  for (const [peer, { presence }] of cluster.holders(channel))
    if (presence) cluster.tell(peer, ["moved-member", keyOf(channel), session, node]);
}
