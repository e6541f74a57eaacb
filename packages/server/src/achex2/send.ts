import { type Achex2Frame, type Address, joinBinary, type SendFrame, stamped } from "@achex/protocol";
import type { Core } from "../core.ts";
import type { Session } from "../session.ts";
import { fault, type Outcome } from "./outcome.ts";

/** A message of achex.2 on its way: what goes out, and what it was made of. */
export interface Outgoing {
  readonly frame: Achex2Frame;
  readonly targets: readonly Address[];
  /** Session that does not get it; 0 is nobody. */
  readonly except: number;
  /** Stamped. */
  readonly text: string;
  /** Raw bytes of a binary message. */
  readonly body: Uint8Array | undefined;
}

/** undefined before login. */
export function outgoing(
  session: Session,
  frame: Achex2Frame,
  send: SendFrame,
  body?: Uint8Array,
): Outgoing | undefined {
  if (session.state.kind !== "named") return undefined;
  const except = send.targets[0]?.kind === "hub" ? session.id : 0;
  return { frame, targets: send.targets, except, text: stamped(send.text, session.state.stamp), body };
}

/** Targets nobody is behind, as the sender wrote them. */
function missingOf(core: Core, instance: string, targets: readonly Address[]): (string | number)[] {
  const missing: (string | number)[] = [];
  for (const target of targets) {
    if (target.kind === "session") {
      if (core.sessions.get(target.id)?.instance !== instance) missing.push(target.id);
    } else if (target.kind === "name" && !core.channels.find(instance, "name", target.name)) missing.push(target.name);
  }
  return missing;
}

/** How many sessions a single target leads to, each reached once. */
function expectedOf(core: Core, session: Session, target: Address): number {
  if (target.kind === "session") return 1;
  const channel = core.channels.find(session.instance, target.kind, target.name);
  if (!channel) return 0;
  if (channel.owner?.inTurn) return 1;
  return channel.size - (target.kind === "hub" && channel.has(session) ? 1 : 0);
}

function delivery(taken: number, backlog: number, dialect: number, missing: readonly (string | number)[]): Outcome {
  if (backlog === 0 && dialect === 0 && missing.length === 0) return { result: `{"taken":${taken}}` };
  const missed = { ...(dialect > 0 ? { dialect } : {}), ...(backlog > 0 ? { backlog } : {}) };
  return {
    result: JSON.stringify({
      taken,
      ...(dialect + backlog > 0 ? { missed } : {}),
      ...(missing.length > 0 ? { missing } : {}),
    }),
  };
}

const nobody = (targets: readonly Address[]): Outcome =>
  fault(targets[0]?.kind === "session" ? "no-such-session" : "no-such-name");

/** An ordinary message (PROTOCOL.md R11). */
export function sendText(core: Core, session: Session, { targets, except, text }: Outgoing): Outcome {
  const { instance } = session;
  const missing = missingOf(core, instance, targets);
  if (missing.length === targets.length) return nobody(targets);
  const message = { instance, targets, except, payload: text };
  const [only] = targets;
  if (only && targets.length === 1) {
    const expected = expectedOf(core, session, only);
    const taken = core.engine.publish(message);
    return delivery(taken, Math.max(0, expected - taken), 0, missing);
  }
  const members = core.deliver.resolve(message);
  const taken = toSessions(core, session, members, text);
  return delivery(taken, members.length - taken, 0, missing);
}

/** To sessions already chosen, so that a service's turn is taken once. */
export function toSessions(
  core: Core,
  session: Session,
  members: readonly { readonly id: number }[],
  payload: string | Uint8Array,
): number {
  if (members.length === 0) return 0;
  const targets = members.map(({ id }): Address => ({ kind: "session", id }));
  return core.engine.publish({ instance: session.instance, targets, payload, except: 0 });
}

/** The sessions a message leads to, and how many of them speak an old dialect. */
export function resolveOwn(core: Core, session: Session, message: Outgoing) {
  const all = core.deliver.resolve({ instance: session.instance, targets: message.targets, except: message.except });
  const own = all.filter(({ id }) => core.sessions.get(id)?.endpoint.dialect === "achex.2");
  return { all, own };
}

/** A binary message: old dialects have no word for it (PROTOCOL.md R40, R41). */
export function sendBinary(core: Core, session: Session, message: Outgoing, body: Uint8Array): Outcome {
  const missing = missingOf(core, session.instance, message.targets);
  if (missing.length === message.targets.length) return nobody(message.targets);
  const { all, own } = resolveOwn(core, session, message);
  const taken = toSessions(core, session, own, joinBinary(message.text, body));
  return delivery(taken, own.length - taken, all.length - own.length, missing);
}
