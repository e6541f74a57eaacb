import type { Session } from "../session/session.ts";
import type { Core } from "./core.ts";

/**
 * Kept messages reach the other nodes of a cluster through the log, all others directly. Where one of a session follows the other, it waits
 * until the nodes have the first (PROTOCOL.md M5, R169). `stored` says which targets of the message are kept. undefined if nothing has to wait.
 */
export function orderInCluster(
  { kept, cluster }: Pick<Core, "kept" | "cluster">,
  session: Session,
  stored: "all" | "some" | "none",
): Promise<void> | undefined {
  if (!kept || !cluster) return undefined;
  if (stored !== "none" && session.lastForward > cluster.forwards.arrived) return cluster.forwards.arrive();
  return stored !== "all" && kept.isAhead(session) ? kept.knownElsewhere(session) : undefined;
}
