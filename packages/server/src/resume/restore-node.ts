import { stampOf } from "@achex/protocol";
import type { Grant, SavableAuth } from "../auth.ts";
import type { Membership } from "../delivery/channels.ts";
import type { Core } from "../node/core.ts";
import { takeNames } from "../node/name-ownership.ts";
import type { HeldMessage } from "../node/turn-holds.ts";
import type { Session } from "../session/session.ts";
import { FrameLog, SharedFrame } from "./frame-log.ts";
import { Resumable } from "./resumable.ts";
import type { SavedLog, SavedMembership, SavedNode, SavedSession, SharedPayload } from "./saved-node.ts";

export interface RestoreDeps {
  readonly core: Core;
  readonly auth: SavableAuth;
  /** Creates a session without a connection. */
  createSession(id: number, instance: string, address: string): Session;
  /** Milliseconds since the node was saved. */
  readonly age: number;
}

/** Shared payloads of the saved node with what stands for them here, so that their bytes count once again. */
export type SharedFrames = Map<SharedPayload, SharedFrame>;

/**
 * Creates the saved sessions as away sessions, in a node that has none yet. Those that cannot be resumed are restored as well and
 * then end, so that others see them leave. Frames that wait are handled in the next turn, when every session is there.
 */
export function restoreNode(node: SavedNode, deps: RestoreDeps): number {
  const { core, auth } = deps;
  const restored = new Map<number, Session>();
  const shared: SharedFrames = new Map();
  auth.restoreClaims(node.claims.map((claim) => ({ ...claim, remaining: claim.remaining - deps.age })));
  for (const saved of node.sessions) {
    const session = restoreSession(saved, deps, shared);
    restored.set(saved.id, session);
    restoreAway(session, saved, deps);
  }
  const byId = new Map(node.sessions.map((saved) => [saved.id, saved]));
  // The instances of a service first, in the order in which they take turns.
  const order = new Set([...node.rotations.flatMap(({ members }) => members), ...byId.keys()]);
  const ended = new Set<number>();
  for (const id of order) {
    const session = restored.get(id);
    const saved = byId.get(id);
    if (session && saved && !restoreNames(session, saved, deps)) ended.add(id);
  }
  for (const saved of node.sessions) {
    const session = restored.get(saved.id);
    if (session) restoreChannels(session, saved, core);
  }
  for (const { id, memberships } of node.sessions) {
    const session = restored.get(id);
    if (session) restoreFollowed(session, memberships, core);
  }
  for (const saved of node.sessions) {
    const session = restored.get(saved.id);
    if (session) bringToRooms(session, saved, core);
  }
  restoreRooms(node, restored, core);
  core.cluster?.places.restored([...restored.keys()]);
  for (const call of node.calls) core.openCalls.restore(call);
  for (const { id, log, queue } of node.sessions) {
    const session = restored.get(id);
    if (!session) continue;
    core.turnHolds.restore(session, restoreHeld(log, session.instance, core));
    session.inbox.restore(queue);
  }
  for (const { id } of node.sessions) if (ended.has(id)) restored.get(id)?.end();
  return restored.size;
}

/** Creates a session with its counts and frames, which is in nothing yet. */
export function restoreSession(saved: SavedSession, deps: RestoreDeps, shared: SharedFrames): Session {
  const { core } = deps;
  const session = deps.createSession(saved.id, saved.instance, saved.address);
  const { received, generation } = saved;
  const log = restoreLog(saved.log, new FrameLog(core.limits, core.held), shared);
  session.becomeResumable(new Resumable(saved.tokenHash, log, saved.reload, { received, generation }));
  core.tokens.restore(saved.tokenHash, session);
  return session;
}

/** From here on the window of the session runs. */
export function restoreAway(session: Session, saved: SavedSession, { core, age }: RestoreDeps): void {
  // The window may have been made shorter meanwhile.
  const remaining = Math.min(saved.remaining, core.limits.resumeSeconds * 1000) - age;
  core.away.restore(session, saved.elapsed + age, remaining, saved.isAnnounced);
}

function restoreLog({ firstHeld, acknowledged, written, frames }: SavedLog, log: FrameLog, shared: SharedFrames) {
  log.total = firstHeld - 1;
  log.acknowledged = acknowledged;
  log.written = written;
  for (const frame of frames) {
    if (typeof frame === "string" || frame instanceof Uint8Array) log.record(frame);
    else log.recordShared(shared.getOrInsertComputed(frame, ({ payload }) => new SharedFrame(payload)));
  }
  return log;
}

/** Gives a session its names again. False when it may not have them any more, or its window has passed: then it must end. */
export function restoreNames(session: Session, saved: SavedSession, { core, auth, age }: RestoreDeps): boolean {
  if (saved.grant) {
    const grant = auth.restoreGrant(saved.grant);
    // Without a name, nobody would see it leave.
    name(core, session, grant ?? { ok: true, name: saved.grant.name, service: undefined }, saved.retired || !grant);
    if (!grant) return false;
  }
  return saved.remaining > age;
}

function name(core: Core, session: Session, grant: Grant, isRetired: boolean): void {
  const nameChannels = isRetired ? [] : takeNames(core, session, grant);
  session.addressUse.unnamed--;
  session.state = { kind: "named", name: grant.name, stamp: stampOf(session.id, grant.name), grant, nameChannels };
  if (!isRetired) core.auth.nameTaken(session.instance, grant.name);
}

export function restoreHeld({ inTurn }: SavedLog, instance: string, { channels, openCalls }: Core): HeldMessage[] {
  return inTurn.flatMap(({ frame, name, call: saved }) => {
    const channel = channels.find(instance, "name", name);
    const call = saved && openCalls.find(saved.caller, saved.id);
    // Without its service or its call, it stays with the session.
    return channel && (!saved || call) ? { frame, channel, call } : [];
  });
}

/** Only the membership itself: the other members know of it. */
export function restoreChannels(session: Session, { memberships, watches, kept }: SavedSession, core: Core): void {
  const { instance } = session;
  session.memberships = memberships.map(({ kind, name, joined, attributes, isAway }): Membership => {
    const channel = core.channels.enter(session, instance, kind, name);
    return { channel, joined, attributes, isAway };
  });
  if (watches.length > 0) core.nameWatchers.watch(session, instance, watches);
  if (kept) core.kept?.moves.arrived(session, kept);
}

/** Tells the log of a cluster that the members of its rooms are here. */
export function bringToRooms(session: Session, { memberships }: SavedSession, core: Core): void {
  for (const membership of session.memberships) {
    const { kind, name } = membership.channel;
    const saved = memberships.find((one) => one.kind === kind && one.name === name);
    core.rooms.moves?.arrived(session, membership, saved?.room);
  }
}

/** After all memberships, and before any frame is handled. */
function restoreRooms({ rooms }: SavedNode, restored: ReadonlyMap<number, Session>, core: Core): void {
  core.rooms.restoreMarks(rooms.marks);
  for (const room of rooms.rooms) {
    const channel = core.channels.find(room.instance, room.kind, room.name);
    if (channel) core.rooms.restore(room, channel, restored);
  }
}

/** After all memberships: presence treats small and large channels differently. */
export function restoreFollowed(session: Session, memberships: readonly SavedMembership[], core: Core): void {
  for (const { kind, name, follows } of memberships) {
    const channel = follows ? core.channels.find(session.instance, kind, name) : undefined;
    if (channel) core.presence.follow(session, channel);
  }
}
