import { achex2Limits, isJsonObject } from "@achex/protocol";
import type { Cluster } from "../../cluster/cluster.ts";
import { readMembers } from "../../cluster/member-events.ts";
import { countOf } from "../../cluster/sent-values.ts";
import type { FollowedChannel } from "../../engine.ts";
import type { Core } from "../../node/core.ts";
import type { RosterMember } from "../../node/roster.ts";
import type { Session } from "../../session/session.ts";
import { membersPage } from "./channel-frames.ts";
import { fault, type Reply } from "./reply.ts";

/** How many members other nodes have in a channel, those that answer; undefined when none has any. */
export function countElsewhere(
  cluster: Cluster,
  { instance, kind, name }: FollowedChannel,
): Promise<number> | undefined {
  const peers = Array.from(cluster.holders({ instance, kind, name }), ([peer]) => peer);
  if (peers.length === 0) return undefined;
  const { promise, resolve } = Promise.withResolvers<number>();
  let count = 0;
  let awaited = peers.length;
  for (const peer of peers) {
    cluster.asks.ask(peer, ["count?", instance, kind, name], undefined, (answer) => {
      const [members] = answer ?? [];
      count += countOf(members);
      if (--awaited === 0) resolve(count);
    });
  }
  return promise;
}

interface MembersRequest {
  readonly kind: "hub" | "broadcast";
  readonly name: string;
  readonly after: number;
}

/** One page of a roster, of the members on all nodes (PROTOCOL.md R24). */
export function membersInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  { kind, name, after }: MembersRequest,
  reply: (reply: Reply) => void,
): void | Promise<void> {
  const { instance } = session;
  const channel = core.channels.find(instance, kind, name);
  if (!channel?.has(session)) return reply(fault("not-member"));
  const peers = Array.from(cluster.holders({ instance, kind, name }), ([peer]) => peer);
  // Where the presence is followed, the members of other nodes are known.
  if (peers.length === 0 || core.presence.isFollowed(channel))
    return reply(membersPage(core, session, kind, name, after));
  const own = core.presence.pageHere(channel, after);
  const members: RosterMember[] = [...own.members];
  let hasMore = own.next !== null;
  let count = channel.size;
  let awaited = peers.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  const finish = (): void => {
    members.sort((one, other) => one.sid - other.sid);
    const page = members.slice(0, achex2Limits.roster);
    const next = hasMore || members.length > page.length ? (page.at(-1)?.sid ?? null) : null;
    const text = JSON.stringify({ count, members: page, next });
    session.chargeBytes(text.length);
    reply({ result: text });
    resolve();
  };
  for (const peer of peers) {
    cluster.asks.ask(peer, ["members?", instance, kind, name, after], undefined, (answer) => {
      const [size, page] = answer ?? [];
      count += countOf(size);
      if (isJsonObject(page)) {
        members.push(...readMembers(page.members));
        hasMore ||= page.next !== null;
      }
      if (--awaited === 0) finish();
    });
  }
  return promise;
}
