import type { Grant } from "../auth.ts";
import type { Channel, Member, NameOwner } from "../delivery/channels.ts";
import type { Session } from "../session/session.ts";
import type { Core } from "./core.ts";

/** A session that wants to bear a name: as a service's, by that service's name, or as a user. */
interface Candidate {
  readonly name: string;
  readonly service: string | undefined;
}

/** False while the name is borne on the other side: names of users, and of each service, never mix (PROTOCOL.md A4). */
function isFree(core: Core, session: Session, { name, service }: Candidate): boolean {
  const channel = core.channels.find(session.instance, "name", name);
  if (!channel || channel.owner?.service === service) return true;
  // Nobody is in their own way, nor is a bearer whose account was changed and whom the next tick would close.
  for (const member of channel.members()) if (member !== session && isGrantCurrent(core, member)) return false;
  return true;
}

/** True while services bear the name as a tag. */
export function isServiceTagInUse(core: Core, session: Session, name: string): boolean {
  const owner = core.channels.find(session.instance, "name", name)?.owner;
  return owner !== undefined && owner.service !== name && !isFree(core, session, { name, service: undefined });
}

/** Whether every name of the grant can be borne by this session now. */
export function canGrant(core: Core, session: Session, { name, service }: Grant): boolean {
  if (!isFree(core, session, { name, service: service?.name })) return false;
  return !service || isFree(core, session, { name: service.name, service: service.name });
}

/** Puts a session into the channels of its names. */
export function takeNames(core: Core, session: Session, { name, service }: Grant): readonly Channel[] {
  if (!service) return [takeName(core, session, name, undefined)];
  const shared = takeName(core, session, service.name, {
    service: service.name,
    roundRobin: service.delivery === "one",
  });
  if (name === service.name) return [shared];
  return [takeName(core, session, name, { service: service.name, roundRobin: false }), shared];
}

/** Takes a session out of one of its names. */
export function releaseName(core: Core, session: Session, channel: Channel): void {
  core.channels.leave(session, channel);
  if (channel.size === 0) core.auth.nameReleased(session.instance, channel.name);
}

function takeName(core: Core, session: Session, name: string, owner: NameOwner | undefined): Channel {
  const channel = core.channels.enter(session, session.instance, "name", name);
  if (channel.owner?.service !== owner?.service) {
    for (const member of channel.members())
      if (member !== session) core.sessions.get(member.id)?.close("accountChanged", "account-changed");
  }
  channel.owner = owner;
  return channel;
}

function isGrantCurrent(core: Core, member: Member): boolean {
  const session = core.sessions.get(member.id);
  if (!session || session.isDeparting) return false;
  const { state } = session;
  return state.kind === "named" && core.auth.isCurrent(state.grant);
}
