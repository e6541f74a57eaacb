import { clusterFrame, type DropReason, greetingFrame, parse } from "@achex/protocol";
import { countSends } from "../fairness/sliced-work.ts";
import { leaveAll } from "../handlers/join-leave.ts";
import { channelsOf } from "../node/away-members.ts";
import type { Core } from "../node/core.ts";
import { releaseName } from "../node/name-ownership.ts";
import type { AddressLimiter } from "../session/address-limits.ts";
import type { Session } from "../session/session.ts";
import type { SessionHost } from "../session/session-host.ts";
import { achex2Heartbeat, helloFor } from "./achex2/hello.ts";
import { handleOnArrival } from "./achex2/on-arrival.ts";
import { rejectAchex2, routeAchex2 } from "./achex2/route-achex2.ts";
import { routeLegacy } from "./legacy/route-legacy.ts";

/** The services of a node for its sessions. Passes their frames to the dialect they speak. */
export function createSessionHost(
  core: Core,
  sessions: Map<number, Session>,
  addresses: AddressLimiter,
): SessionHost<Session> {
  const { limits, counters, clock } = core;
  const heartbeat = achex2Heartbeat(limits);
  const drop = (session: Session, reason: DropReason): void => {
    counters.drop(reason);
    session.reports?.report({ dropped: reason });
  };
  return {
    limits,
    counters,
    clock,
    logThrottle: core.logThrottle,
    acks: core.acks,
    broadcasts: core.broadcasts,
    sliced: core.sliced,
    backlogs: core.backlogs,
    scheduler: core.scheduler,
    queuedBytes: core.queuedBytes,
    heartbeat: (dialect) => (dialect === "achex.2" ? heartbeat : limits),
    handle(session, frame) {
      if (session.endpoint.dialect === "achex.2") return routeAchex2(core, session, frame);
      if (typeof frame === "string") return routeLegacy(core, session, parse(frame, limits));
      drop(session, "binary");
    },
    rejected(session, frame, reason) {
      if (session.endpoint.dialect !== "achex.2") return drop(session, reason);
      counters.drop(reason);
      rejectAchex2(core, session, frame, reason);
    },
    handleOnArrival: (session, frame, bytes) => handleOnArrival(core, session, frame, bytes),
    topicsOf: (session) => topicsOf(core, session),
    afterPublish: core.deliver.afterPublish,
    catchUp: { scheduler: core.scheduler, counters, backlogBytes: limits.backlogBytes },
    away: core.away,
    tokens: core.tokens,
    drained(session) {
      core.rooms.drained(session);
      core.deliver.latest.ready(session, channelsOf(core, session));
    },
    connectionEnded(session) {
      for (const { channel } of session.memberships) channel.markClosed(session);
      if (session.state.kind === "named") for (const channel of session.state.nameChannels) channel.markClosed(session);
      core.deliver.latest.disconnected(session, channelsOf(core, session));
    },
    flooded: (session) => addresses.addFloodPenalty(session.addressUse, clock.now()),
    ended: (session) => core.departures.add(cleanupSteps(core, sessions, addresses, session)),
  };
}

/** The topics of its channels, and of the presence and names it follows: all that it is subscribed to while it is live. */
function* topicsOf(core: Core, session: Session): Generator<string> {
  for (const channel of channelsOf(core, session)) {
    const topic = channel.shardOf(session)?.topic;
    if (topic !== undefined) yield topic;
  }
}

/** Classic clients wait for their session id; cloud clients would take a greeting for a login reply (PROTOCOL.md K1, C1, R5). */
export function greet(core: Core, session: Session): void {
  const { dialect } = session.endpoint;
  if (dialect === "cloud") return;
  session.sendUncounted(dialect === "classic" ? greetingFrame(session.id) : helloFor(core, session));
  if (dialect === "achex.2" && core.cluster?.isAlone) session.sendUncounted(clusterFrame(true));
}

/**
 * Removes a session from everything in steps, so that many sessions that disconnect together do not delay the others. From the
 * start the session counts as closed and is sent nothing. Its last messages are still delivered under its name.
 */
function* cleanupSteps(
  core: Core,
  sessions: Map<number, Session>,
  addresses: AddressLimiter,
  session: Session,
): Generator<number, void> {
  const { state } = session;
  yield* countSends(core.counters, core.openCalls.sessionEnded(session.id));
  yield* countSends(core.counters, leaveAll(core, session));
  if (state.kind === "named") for (const name of state.nameChannels) releaseName(core, session, name);
  core.nameWatchers.sessionEnded(session, session.instance);
  core.faultThrottle.sessionEnded(session.id);
  addresses.sessionClosed(session.addressUse, state.kind === "named");
  sessions.delete(session.id);
  core.cluster?.places.left(session.id);
  session.departed();
}
