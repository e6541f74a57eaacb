import { type LoginFrame, loginFrame, type Refusal, refusalFrame, stampOf } from "@achex/protocol";
import { type Grant, refuse, type Verdict } from "../auth.ts";
import type { Channel, NameOwner } from "../channels.ts";
import type { Core } from "../core.ts";
import type { Session } from "../session.ts";

/** PROTOCOL.md A1..A6. A login that needs no password check is settled at once. */
export function login(core: Core, session: Session, frame: LoginFrame): void | Promise<void> {
  const verdict = core.auth.login({ instance: session.instance, address: session.from.address, login: frame });
  if (!(verdict instanceof Promise)) return settle(core, session, verdict);
  return verdict
    .catch((error: unknown) => {
      core.log.error("a login could not be checked", { error });
      return refuse("busy");
    })
    .then((settled) => settle(core, session, settled));
}

/** PROTOCOL.md A5. */
export function refuseLogin(core: Core, session: Session, refusal: Refusal): void {
  core.counters.login(refusal);
  session.send(refusalFrame(session.endpoint.dialect, refusal));
}

function settle(core: Core, session: Session, verdict: Verdict): void {
  if (!verdict.ok) refuseLogin(core, session, verdict.refusal);
  else if (isFree(core, session.instance, verdict)) grant(core, session, verdict);
  else refuseLogin(core, session, "name-held");
}

function grant(core: Core, session: Session, granted: Grant): void {
  core.counters.login("granted");
  const former = session.state;
  const names = namesOf(core, session, granted);
  if (former.kind === "greeted") session.from.unnamed--;
  session.state = {
    kind: "named",
    name: granted.name,
    stamp: stampOf(session.id, granted.name),
    grant: granted,
    names,
  };
  core.auth.borne(session.instance, granted.name);
  if (former.kind === "named")
    for (const channel of former.names) if (!names.includes(channel)) leaveName(core, session, channel);
  session.send(loginFrame(session.endpoint.dialect, session.id));
}

/** A service's names and users' names never mix while borne (PROTOCOL.md A4). */
function isFree(core: Core, instance: string, grant: Grant): boolean {
  const owned = (name: string) => {
    const channel = core.channels.find(instance, "name", name);
    return channel === undefined || channel.owner?.service === grant.service?.name;
  };
  return owned(grant.name) && (grant.service === undefined || owned(grant.service.name));
}

function namesOf(core: Core, session: Session, { name, service }: Grant): Channel[] {
  const own = core.channels.enter(session, session.instance, "name", name);
  if (!service) return [own];
  const inTurn = service.delivery === "one";
  const owner = (turns: boolean): NameOwner => ({ service: service.name, inTurn: turns });
  own.owner = owner(inTurn && name === service.name);
  if (name === service.name) return [own];
  const shared = core.channels.enter(session, session.instance, "name", service.name);
  shared.owner = owner(inTurn);
  return [own, shared];
}

/** Takes a session out of one of its names. */
export function leaveName(core: Core, session: Session, channel: Channel): void {
  core.channels.leave(session, channel);
  if (channel.size === 0) core.auth.unborne(session.instance, channel.name);
}
