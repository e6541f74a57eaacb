import { type Address, type DropReason, type SendFrame, stamped } from "@achex/protocol";
import type { Message } from "../../engine.ts";
import type { KeptChannel } from "../../keep.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";

/**
 * Sends a message (PROTOCOL.md M1..M4). The sender of a hub message does not receive it; the sender of any other does, if it is
 * addressed. Returns how many sessions accepted it, or why it was dropped.
 */
export function sendLegacy(
  core: Core,
  session: Session,
  { targets, text, correlated }: SendFrame,
): DropReason | number {
  const { state, instance } = session;
  if (state.kind !== "named") return "not-logged-in";
  const except = targets[0]?.kind === "hub" ? session.id : undefined;
  const message = { instance, targets, payload: stamped(text, state.stamp), except };
  const reached = correlated ? publishToLegacy(core, message) : core.engine.publish(message);
  return reached === 0 ? "no-recipient" : reached;
}

/** Without it a legacy client could answer calls it was never sent, since only achex.2 tracks calls (PROTOCOL.md R36). */
function publishToLegacy(core: Core, message: Message): number {
  const targets = core.deliver
    .resolve(message)
    .filter(({ id }) => core.sessions.get(id)?.endpoint.dialect !== "achex.2")
    .map(({ id }): Address => ({ kind: "session", id }));
  return targets.length === 0 ? 0 : core.engine.publish({ ...message, targets, except: undefined });
}

/** The kept channels among the targets of a message; calls that a legacy client imitates are not stored (PROTOCOL.md R36, R140). */
export const keptTargets = (
  { kept }: Core,
  { instance }: Session,
  { targets, correlated }: SendFrame,
): KeptChannel[] => (kept && !correlated ? targets.flatMap((target) => kept.at(instance, target) ?? []) : []);

/** Stores a message for each kept channel among its targets, and sends it to the others (PROTOCOL.md R140, R141). */
export function sendKept(
  core: Core,
  session: Session,
  frame: SendFrame,
  channels: readonly KeptChannel[],
  conclude: (sent: DropReason | number) => void,
): void {
  const { state, instance } = session;
  if (state.kind !== "named") {
    conclude("not-logged-in");
    return;
  }
  const others = frame.targets.filter((target) => !core.kept?.at(instance, target));
  if (others.length > 0) conclude(sendLegacy(core, session, { ...frame, targets: others }));
  const payload = stamped(frame.text, state.stamp);
  for (const channel of channels) {
    const except = channel.kind === "hub" ? session.id : undefined;
    core.kept?.send(session, { channel, payload, except, id: undefined }, (sent) => {
      if (sent.kind === "failed") conclude(sent.reason);
      else conclude(sent.kind === "delivered" ? sent.taken : 0);
    });
  }
}
