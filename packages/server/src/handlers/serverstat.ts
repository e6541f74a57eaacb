import { serverstatFrame } from "@achex/protocol";
import type { Core } from "../node/core.ts";
import type { Session } from "../session/session.ts";

/**
 * The sessions of the requester's own instance, the requester first (PROTOCOL.md C15); undefined before login. The size of the
 * reply is charged to the requester, because a request of a few bytes may have a reply of 60 kB.
 */
export function serverstat(core: Core, session: Session): string | undefined {
  if (session.state.kind !== "named") return undefined;
  const text = serverstatFrame(core.version, core.serverstat.usersFor(session));
  session.chargeBytes(Buffer.byteLength(text));
  return text;
}
