import { serverstatFrame } from "@achex/protocol";
import type { Core } from "../node/core.ts";
import type { Session } from "../session/session.ts";

/**
 * Who is in the asker's own instance, the asker first (PROTOCOL.md C15); undefined before login. Its bytes are charged to the
 * asker, because the request is a few bytes and the answer may be 60 kB.
 */
export function serverstat(core: Core, session: Session): string | undefined {
  if (session.state.kind !== "named") return undefined;
  const text = serverstatFrame(core.version, core.serverstat.usersFor(session));
  session.chargeBytes(Buffer.byteLength(text));
  return text;
}
