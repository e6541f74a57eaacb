import type { Core } from "../node/core.ts";
import type { MetricReadings } from "./prometheus.ts";

/** What is read from a node on each scrape. */
export const readingsOf = (
  {
    openCalls: calls,
    presence,
    rooms,
    kept,
    recentResults,
    backlogs,
    queuedBytes,
    scheduler,
    away,
    held,
    cluster,
  }: Core,
  uptimeSeconds: () => number,
  keepBytes: () => number,
): MetricReadings => ({
  uptimeSeconds,
  openCalls: () => calls.count,
  presenceChannels: () => presence.followedChannels,
  presenceFollowers: () => presence.followers,
  rooms: () => rooms.count,
  stateFollowers: () => rooms.followers,
  stateKeys: () => rooms.keys,
  stateBytes: () => rooms.bytes,
  keepQueue: () => kept?.waiting ?? 0,
  keepBytes,
  rememberedIds: () => recentResults.size,
  backlogBytes: () => backlogs.bytes,
  queuedBytes: () => queuedBytes.total,
  waitingSessions: () => scheduler.waiting,
  awaySessions: () => away.count,
  heldBytes: () => held.total,
  cluster,
});
