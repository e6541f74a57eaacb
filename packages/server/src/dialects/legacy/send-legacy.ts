import { type Address, type DropReason, type SendFrame, stamped } from "@achex/protocol";
import type { Message } from "../../engine.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";

/**
 * PROTOCOL.md M1..M4. A hub's sender does not get its own message back; names, sessions and broadcasts do. Returns how many
 * sessions it was handed to, or why it was dropped.
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

/** Else any old client could answer a call it was never asked, since only achex.2 keeps account of calls (PROTOCOL.md R36). */
function publishToLegacy(core: Core, message: Message): number {
  const targets = core.deliver
    .resolve(message)
    .filter(({ id }) => core.sessions.get(id)?.endpoint.dialect !== "achex.2")
    .map(({ id }): Address => ({ kind: "session", id }));
  return targets.length === 0 ? 0 : core.engine.publish({ ...message, targets, except: undefined });
}
