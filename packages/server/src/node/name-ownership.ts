import type { Grant } from "../auth.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Channel, Member, NameOwner } from "../delivery/channels.ts";
import type { FollowedChannel } from "../engine.ts";
import type { Session } from "../session/session.ts";
import type { Core } from "./core.ts";

/** A name that a session wants, as a user or for a service. */
interface NameRequest {
  readonly name: string;
  /** Name of the service; undefined for a user. */
  readonly service: string | undefined;
}

/** Whether no other kind of owner uses the name: users and each service never share one (PROTOCOL.md A4). */
function isFree(core: Core, session: Session, { name, service }: NameRequest): boolean {
  const channel = core.channels.find(session.instance, "name", name);
  if (core.cluster && isHeldOtherwise(core.cluster, session.instance, name, service)) return false;
  if (!channel || channel.owner?.service === service) return true;
  // The session itself does not block the name, nor does one whose grant is no longer valid: the next tick closes it.
  for (const member of channel.members()) if (member !== session && isGrantCurrent(core, member)) return false;
  return true;
}

/** Whether sessions of another node have the name as another kind of owner. */
function isHeldOtherwise(cluster: Cluster, instance: string, name: string, service: string | undefined): boolean {
  for (const [, holding] of cluster.holders({ instance, kind: "name", name }))
    if (holding.service !== service) return true;
  return false;
}

/** The names of a grant, and what the other nodes learn about them when one more session has them. */
export function namesOf(core: Core, session: Session, { name, service }: Grant) {
  const { instance } = session;
  const channelOf = (one: string): FollowedChannel => ({ instance, kind: "name", name: one });
  if (!service) return [{ channel: channelOf(name), holding: {} }];
  const shared = core.channels.find(instance, "name", service.name);
  const turns = service.delivery === "one" ? (shared?.size ?? 0) + (shared?.has(session) ? 0 : 1) : 0;
  const all = { channel: channelOf(service.name), holding: { service: service.name, turns } };
  return name === service.name ? [all] : [all, { channel: channelOf(name), holding: { service: service.name } }];
}

/** Tells the other nodes how many sessions of a service take turns under a name. */
function describeName({ cluster }: Core, channel: Channel): void {
  if (!cluster || channel.size === 0) return;
  const { owner, size } = channel;
  cluster.interest.describe(channel, { service: owner?.service, turns: owner?.roundRobin ? size : 0 });
}

/** Whether an instance of a service is using the name as its tag. */
export function isServiceTagInUse(core: Core, session: Session, name: string): boolean {
  const owner = core.channels.find(session.instance, "name", name)?.owner;
  return owner !== undefined && owner.service !== name && !isFree(core, session, { name, service: undefined });
}

/** Whether this session can have every name of the grant now. */
export function canGrant(core: Core, session: Session, { name, service }: Grant): boolean {
  if (!isFree(core, session, { name, service: service?.name })) return false;
  return !service || isFree(core, session, { name: service.name, service: service.name });
}

/** Enters a session into the channels of its names, and closes other owners whose grant is no longer valid. */
export function takeNames(core: Core, session: Session, { name, service }: Grant): readonly Channel[] {
  if (!service) return [takeName(core, session, name, undefined)];
  const shared = takeName(core, session, service.name, {
    service: service.name,
    roundRobin: service.delivery === "one",
  });
  if (name === service.name) return [shared];
  return [takeName(core, session, name, { service: service.name, roundRobin: false }), shared];
}

/** Removes a session from the channel of one of its names. */
export function releaseName(core: Core, session: Session, channel: Channel): void {
  core.channels.leave(session, channel);
  if (channel.size === 0) core.auth.nameReleased(session.instance, channel.name);
  else describeName(core, channel);
}

/** The session is no longer reached under its names; false when it has none (PROTOCOL.md R37). */
export function retire(core: Core, session: Session): boolean {
  const { state } = session;
  if (state.kind !== "named") return false;
  session.state = { ...state, nameChannels: [] };
  for (const channel of state.nameChannels) releaseName(core, session, channel);
  return true;
}

function takeName(core: Core, session: Session, name: string, owner: NameOwner | undefined): Channel {
  const channel = core.channels.enter(session, session.instance, "name", name);
  if (channel.owner?.service !== owner?.service) {
    for (const member of channel.members())
      if (member !== session) core.sessions.get(member.id)?.close("accountChanged", "account-changed");
  }
  channel.owner = owner;
  describeName(core, channel);
  return channel;
}

function isGrantCurrent(core: Core, member: Member): boolean {
  const session = core.sessions.get(member.id);
  if (!session || session.isDeparting) return false;
  const { state } = session;
  return state.kind === "named" && core.auth.isCurrent(state.grant);
}
