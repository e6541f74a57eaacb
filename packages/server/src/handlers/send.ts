import { type SendFrame, stamped } from "@achex/protocol";
import type { Core } from "../core.ts";
import type { Session } from "../session.ts";

/** PROTOCOL.md M1..M4. A hub's sender does not get its own message back; names, sessions and broadcasts do. */
export function send(core: Core, session: Session, { targets, text }: SendFrame): void {
  const { state, instance } = session;
  if (state.kind !== "named") {
    core.counters.drop("not-logged-in");
    return;
  }
  const except = targets[0]?.kind === "hub" ? session.id : 0;
  const reached = core.engine.publish({ instance, targets, text: stamped(text, state.stamp), except });
  if (reached === 0) core.counters.drop("no-recipient");
}
