import { type Attributes, type DropReason, leftHubFrame, type RoomJoin } from "@achex/protocol";
import type { Channel, Membership } from "../delivery/channels.ts";
import type { Core } from "../node/core.ts";
import type { Session } from "../session/session.ts";

/** A join of a hub or a registration for a broadcast. */
export interface JoinRequest {
  readonly name: string;
  readonly password: string | undefined;
  readonly attributes?: Attributes | undefined;
  /** What only achex.2 can ask of a room. */
  readonly joining?: RoomJoin | undefined;
  /** Its options have created the room, so they do not bind it (PROTOCOL.md R120). */
  readonly isCreator?: boolean;
}

const NO_ATTRIBUTES: Attributes = {};

/** Why a session may not enter a hub or broadcast; undefined when it may, or is in it. */
export function obstacleToJoin(
  core: Core,
  session: Session,
  kind: "broadcast" | "hub",
  { name, password, isCreator = false }: Pick<JoinRequest, "name" | "password" | "isCreator">,
): DropReason | undefined {
  if (session.state.kind !== "named") return "not-logged-in";
  const present = core.channels.find(session.instance, kind, name);
  if (present?.has(session)) return undefined;
  const { channels: maxChannels } = core.limits;
  if (maxChannels > 0 && session.memberships.length >= maxChannels) return "too-many-channels";
  if (isCreator) return undefined;
  return core.rooms.obstacleTo({ instance: session.instance, kind, name }, present, session, password);
}

/** Enters a session into a hub or broadcast, unless it is in it. Returns why it was not allowed. */
function enterChannel(
  core: Core,
  session: Session,
  kind: "broadcast" | "hub",
  request: JoinRequest,
): DropReason | undefined {
  const obstacle = obstacleToJoin(core, session, kind, request);
  if (obstacle) return obstacle;
  const { name, attributes = NO_ATTRIBUTES, joining } = request;
  if (core.channels.find(session.instance, kind, name)?.has(session)) return undefined;
  const channel = core.channels.enter(session, session.instance, kind, name);
  const isAway = core.away.isAnnounced(session);
  const membership: Membership = { channel, joined: core.clock.time(), attributes, isAway };
  session.memberships = [...session.memberships, membership];
  core.rooms.entered(session, membership, joining);
  core.presence.joined(session, membership);
  return undefined;
}

/** Resolves when the other members may learn of it; at once without a promise. */
function leaveChannel(core: Core, session: Session, channel: Channel): Promise<void> | undefined {
  session.memberships = session.memberships.filter((membership) => membership.channel !== channel);
  core.channels.leave(session, channel);
  const leaving = core.rooms.left(session, channel);
  core.presence.left(session, channel);
  return leaving;
}

/** Registers for a broadcast (PROTOCOL.md K4). Returns why it was not allowed. */
export function register(core: Core, session: Session, request: JoinRequest): DropReason | undefined {
  return enterChannel(core, session, "broadcast", request);
}

/** Unregisters from a broadcast (PROTOCOL.md K14). False when it was not registered. */
export function unregister(core: Core, session: Session, name: string): boolean {
  const channel = core.channels.find(session.instance, "broadcast", name);
  if (!channel?.has(session)) return false;
  leaveChannel(core, session, channel);
  return true;
}

/** Joins a hub (PROTOCOL.md C6). Returns why it was not allowed. */
export function join(core: Core, session: Session, request: JoinRequest): DropReason | undefined {
  return enterChannel(core, session, "hub", request);
}

/** Leaves a hub and notifies its remaining members (PROTOCOL.md C11, C12). False when it was not a member. */
export function leave(core: Core, session: Session, name: string): boolean {
  const channel = core.channels.find(session.instance, "hub", name);
  if (!channel?.has(session)) return false;
  announceLeft(core, session, name, leaveChannel(core, session, channel));
  return true;
}

function announceLeft(core: Core, session: Session, hub: string, leaving: Promise<void> | undefined): void {
  if (session.state.kind !== "named") return;
  const { instance, id, state } = session;
  const payload = leftHubFrame(hub, state.name, id);
  const publish = () =>
    core.engine.publish({ instance, targets: [{ kind: "hub", name: hub }], payload, except: undefined });
  if (leaving) void leaving.then(publish);
  else publish();
}

/** Removes a session that has ended from all its channels, one per step, and notifies each of its hubs (PROTOCOL.md C12). */
export function* leaveAll(core: Core, session: Session): Generator<void> {
  for (const { channel } of session.memberships) {
    const leaving = leaveChannel(core, session, channel);
    if (channel.kind === "hub") announceLeft(core, session, channel.name, leaving);
    yield;
  }
}
