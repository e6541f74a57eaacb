import { type Address, type DropReason, type SendFrame, stamped } from "@achex/protocol";
import type { Message } from "../../engine.ts";
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
