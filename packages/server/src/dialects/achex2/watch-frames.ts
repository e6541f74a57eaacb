import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import { emptyReply, fault, type Reply, result } from "./reply.ts";

interface WatchRequest {
  readonly verb: "watch" | "unwatch";
  readonly names: readonly string[];
}

/** PROTOCOL.md R25. */
export function handleWatch(
  core: Core,
  session: Session,
  ref: number | undefined,
  { verb, names }: WatchRequest,
): Reply {
  if (session.state.kind !== "named") return fault("not-logged-in");
  if (verb === "unwatch") {
    core.nameWatchers.unwatch(session, session.instance, names);
    return emptyReply;
  }
  if (!core.nameWatchers.watch(session, session.instance, names)) return fault("too-many-watches");
  const online = [...new Set(names)].filter((name) => core.channels.find(session.instance, "name", name));
  if (ref === undefined) for (const name of online) session.send(JSON.stringify({ $online: name }));
  return result({ online });
}
