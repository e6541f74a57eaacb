import type { SavableAuth } from "../auth.ts";
import type { Channel } from "../delivery/channels.ts";
import type { Core } from "../node/core.ts";
import type { HeldMessage } from "../node/turn-holds.ts";
import type { Session } from "../session/session.ts";
import type { Resumable } from "./resumable.ts";
import type { SavedMembership, SavedNode, SavedRotation, SavedSession, SavedTurnMessage } from "./saved-node.ts";

export interface SaveDeps {
  readonly core: Core;
  readonly auth: SavableAuth;
  /** Name of the auth mode. */
  readonly authMode: string;
  readonly ids: { readonly latest: number };
}

/** The state of the node as plain data. Nothing may change it any more: see settleNode(). */
export function saveNode(deps: SaveDeps): SavedNode {
  const { core, auth, authMode, ids } = deps;
  const sessions: SavedSession[] = [];
  const rotating = new Set<Channel>();
  for (const session of core.sessions.values()) {
    const { resumable, state } = session;
    if (!resumable || session.isClosed) continue;
    sessions.push(savedSession(deps, session, resumable));
    if (state.kind !== "named") continue;
    for (const channel of state.nameChannels) if (channel.owner?.roundRobin) rotating.add(channel);
  }
  const calls = [...core.openCalls.all()].map((call) => ({ ...call, callees: [...call.callees] }));
  const rotations = [...rotating].map(savedRotation);
  const savedAt = core.clock.time();
  const claims = auth.saveClaims();
  const rooms = core.rooms.save();
  return { savedAt, lastSessionId: ids.latest, auth: authMode, sessions, calls, claims, rotations, rooms };
}

const savedRotation = (channel: Channel): SavedRotation => ({
  instance: channel.instance,
  name: channel.name,
  members: [...channel.members()].map(({ id }) => id),
});

/** A session as plain data. */
export function savedSession(
  { core, auth }: Pick<SaveDeps, "core" | "auth">,
  session: Session,
  resumable: Resumable,
): SavedSession {
  const { id, instance, state, addressUse } = session;
  const { digest, generation, reload, received, log } = resumable;
  return {
    id,
    instance,
    address: addressUse.address,
    tokenHash: digest,
    generation,
    reload,
    remaining: core.away.remaining(session) ?? core.limits.resumeSeconds * 1000,
    elapsed: core.away.elapsed(session),
    isAnnounced: core.away.isAnnounced(session),
    received,
    log: {
      firstHeld: log.firstHeld,
      acknowledged: log.acknowledged,
      written: session.written,
      frames: [...log.contents()],
      inTurn: core.turnHolds.heldFor(session).map(savedTurnMessage),
    },
    queue: session.inbox.unhandled(),
    ...(state.kind === "named" && { grant: auth.saveGrant(state.grant) }),
    retired: state.kind === "named" && state.nameChannels.length === 0,
    memberships: savedMemberships(core, session),
    watches: [...core.nameWatchers.namesOf(session)],
    ...(core.kept && core.cluster && { kept: core.kept.moves.save(id, instance, channelsOf(session)) }),
  };
}

/** Without those in which it takes turns: what it missed there went to another session. */
const channelsOf = ({ state, memberships }: Session): readonly Channel[] => [
  ...(state.kind === "named" ? state.nameChannels.filter(({ owner }) => !owner?.roundRobin) : []),
  ...memberships.map(({ channel }) => channel),
];

const savedTurnMessage = ({ frame, channel, call }: HeldMessage): SavedTurnMessage => ({
  frame,
  name: channel.name,
  ...(call && { call: { caller: call.caller, id: call.id } }),
});

function savedMemberships(core: Core, session: Session): SavedMembership[] {
  return session.memberships.map(({ channel, joined, attributes, isAway }) => ({
    kind: channel.kind === "hub" ? "hub" : "broadcast",
    name: channel.name,
    joined,
    attributes,
    isAway,
    follows: core.presence.isFollowedBy(session, channel),
    room: core.rooms.moves?.save(session, channel),
  }));
}
