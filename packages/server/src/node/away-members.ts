import { watchedFrame } from "@achex/protocol";
import type { Channel } from "../delivery/channels.ts";
import type { AwayListener } from "../resume/away-sessions.ts";
import type { Session } from "../session/session.ts";
import type { Core } from "./core.ts";
import { isOnline } from "./is-online.ts";

/** Every channel in which a session is a member: its names, hubs and broadcasts, the presence it follows and the names it watches. */
export function* channelsOf(core: Core, session: Session): Generator<Channel> {
  const { memberships, state, instance } = session;
  for (const { channel } of memberships) yield channel;
  if (state.kind === "named") yield* state.nameChannels;
  yield* core.presence.followedBy(session);
  yield* core.nameWatchers.followedBy(session, instance);
}

/** What others learn of a session that is away, and what it learns when it is live again (PROTOCOL.md R76, R80). */
export function createAwayMembers(core: Core): AwayListener<Session> {
  return {
    wentAway(session) {
      session.resumable?.events.connectionEnded();
      for (const channel of channelsOf(core, session)) channel.markAway(session);
      core.channels.changed(session.instance);
      core.deliver.latest.disconnected(session, channelsOf(core, session));
    },
    announced(session) {
      core.inSlices(core.presence.awayChanged(session, true));
    },
    cameBack(session) {
      // Not called for a connection that another one replaced before it was missed.
      session.resumable?.events.connectionEnded();
      for (const channel of channelsOf(core, session)) channel.markBack(session);
      core.channels.changed(session.instance);
      core.deliver.latest.disconnected(session, channelsOf(core, session));
    },
    caughtUp(session, wasAnnounced) {
      core.deliver.latest.ready(session, channelsOf(core, session));
      core.inSlices(afterCatchUp(core, session, wasAnnounced));
      core.turnHolds.caughtUp(session);
    },
    ending(session) {
      core.turnHolds.takeOver(session);
    },
  };
}

/** One step for each frame; all of them are left out when the connection has ended again meanwhile. */
function* afterCatchUp(core: Core, session: Session, wasAnnounced: boolean): Generator<void> {
  const { socket, resumable, instance } = session;
  if (wasAnnounced) yield* core.presence.awayChanged(session, false);
  if (!resumable) return;
  const { events } = resumable;
  yield* core.presence.sendRostersSince(session, events.last);
  if (core.nameWatchers.changedSince(session, instance, events.last)) {
    const watched = [...core.nameWatchers.namesOf(session)];
    session.sendUncounted(watchedFrame(watched.filter((name) => isOnline(core, instance, name))));
    yield;
  }
  if (session.socket === socket) events.live(core.events.now, resumable.log.total);
}
