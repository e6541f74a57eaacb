import { type DropReason, type SendFrame, stamped } from "@achex/protocol";
import type { Core } from "../core.ts";
import type { Session } from "../session.ts";

/**
 * PROTOCOL.md M1..M4. A hub's sender does not get its own message back; names, sessions and broadcasts do. Returns why
 * nobody got it.
 */
export function send(core: Core, session: Session, { targets, text }: SendFrame): DropReason | undefined {
  const { state, instance } = session;
  if (state.kind !== "named") return "not-logged-in";
  const except = targets[0]?.kind === "hub" ? session.id : 0;
  const reached = core.engine.publish({ instance, targets, payload: stamped(text, state.stamp), except });
  return reached === 0 ? "no-recipient" : undefined;
}
