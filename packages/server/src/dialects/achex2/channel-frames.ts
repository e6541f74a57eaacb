import type { Achex2Frame, JoinFrame, RoomJoin } from "@achex/protocol";
import type { Channel, Membership } from "../../delivery/channels.ts";
import { join, register } from "../../handlers/join-leave.ts";
import type { Core } from "../../node/core.ts";
import { isOnline } from "../../node/is-online.ts";
import type { Session } from "../../session/session.ts";
import { emptyReply, fault, faultReplyFor, type Reply, result } from "./reply.ts";
import { useRoom } from "./room-frames.ts";

/**
 * Joins a hub or registers for a broadcast, optionally with presence, attributes, the state of the room and a seat (PROTOCOL.md
 * R12, R20, R22, R101, R122).
 */
export function joinChannel(
  core: Core,
  session: Session,
  { presence, attributes, joining }: Achex2Frame,
  kind: "hub" | "broadcast",
  request: JoinFrame,
  isCreator = false,
  /** Members on other nodes. */
  elsewhere = 0,
): Reply {
  const { name, password } = request;
  const wasMember = core.channels.find(session.instance, kind, name)?.has(session) === true;
  const reason = (kind === "hub" ? join : register)(core, session, { name, password, attributes, joining, isCreator });
  if (reason) return faultReplyFor(reason);
  const membership = session.memberships.find(({ channel }) => channel.kind === kind && channel.name === name);
  if (!membership) return fault("not-member");
  const { channel } = membership;
  if (wasMember && attributes) {
    membership.attributes = attributes;
    core.presence.attributesChanged(session, membership);
  }
  if (presence === true) followPresence(core, session, channel);
  else if (presence === false) core.presence.unfollow(session, channel);
  if (joining) useRoom(core, session, membership, joining, wasMember);
  return { result: `{"count":${channel.size + elsewhere}${seatText(membership, joining)}}` };
}

const seatText = ({ seat }: Membership, joining: RoomJoin | undefined): string =>
  joining?.seat === undefined ? "" : `,"seat":${seat ?? null}`;

function followPresence(core: Core, session: Session, channel: Channel): void {
  core.presence.follow(session, channel);
  const roster = core.presence.rosterFrame(channel, session);
  session.sendUncounted(roster);
  session.chargeBytes(roster.length);
}

/** One page of a roster (PROTOCOL.md R24). */
export function membersPage(
  core: Core,
  session: Session,
  kind: "hub" | "broadcast",
  name: string,
  after: number,
): Reply {
  const channel = core.channels.find(session.instance, kind, name);
  if (!channel?.has(session)) return fault("not-member");
  const { members, next } = core.presence.page(channel, after, session);
  const page = JSON.stringify({ count: core.presence.sizeOf(channel), members, next });
  session.chargeBytes(page.length);
  return { result: page };
}

interface WatchRequest {
  readonly verb: "watch" | "unwatch";
  readonly names: readonly string[];
}

/** Watches names for coming online and going offline, or stops watching them (PROTOCOL.md R25). */
export function handleWatch(
  core: Core,
  session: Session,
  ref: number | undefined,
  { verb, names }: WatchRequest,
): Reply {
  if (session.state.kind !== "named") return fault("not-logged-in");
  if (verb === "unwatch") {
    core.nameWatchers.unwatch(session, session.instance, names);
    return emptyReply;
  }
  if (!core.nameWatchers.watch(session, session.instance, names)) return fault("too-many-watches");
  const online = [...new Set(names)].filter((name) => isOnline(core, session.instance, name));
  if (ref === undefined) for (const name of online) session.sendUncounted(JSON.stringify({ $online: name }));
  return result({ online });
}
