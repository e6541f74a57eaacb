import type { Achex2Frame, Attributes } from "@achex/protocol";
import type { Channel } from "../../delivery/channels.ts";
import { join, register } from "../../handlers/join-leave.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import { fault, faultReplyFor, type Reply } from "./reply.ts";

/** A join or registration, maybe with presence and attributes (PROTOCOL.md R12, R20, R22). */
export function joinChannel(
  core: Core,
  session: Session,
  { presence, attributes }: Achex2Frame,
  kind: "hub" | "broadcast",
  name: string,
): Reply {
  const known = core.channels.find(session.instance, kind, name)?.has(session) === true;
  const reason = (kind === "hub" ? join : register)(core, session, name, attributes);
  if (reason) return faultReplyFor(reason);
  const channel = core.channels.find(session.instance, kind, name);
  if (!channel) return fault("not-member");
  if (known && attributes) changeAttributes(core, session, channel, attributes);
  if (presence === true) followPresence(core, session, channel);
  else if (presence === false) core.presence.unfollow(session, channel);
  return { result: `{"count":${channel.size}}` };
}

function followPresence(core: Core, session: Session, channel: Channel): void {
  core.presence.follow(session, channel);
  const roster = core.presence.rosterFrame(channel, session);
  session.send(roster);
  session.chargeBytes(roster.length);
}

function changeAttributes(core: Core, session: Session, channel: Channel, attributes: Attributes): void {
  const membership = session.memberships.find((one) => one.channel === channel);
  if (!membership) return;
  membership.attributes = attributes;
  core.presence.attributesChanged(session, membership);
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
  const page = JSON.stringify({ count: channel.size, members, next });
  session.chargeBytes(page.length);
  return { result: page };
}
