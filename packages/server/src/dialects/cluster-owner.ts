import { type AnswerHeader, clusterFrame, isJsonObject } from "@achex/protocol";
import type { Cluster } from "../cluster/cluster.ts";
import type { ClusterOwner } from "../cluster/owner.ts";
import type { Peer } from "../cluster/peer.ts";
import { isCount } from "../cluster/sent-values.ts";
import { readMessage } from "../cluster/targets.ts";
import type { Channel } from "../delivery/channels.ts";
import type { FollowedChannel } from "../engine.ts";
import type { Core } from "../node/core.ts";
import type { Call } from "../node/open-calls.ts";
import type { OtherNodes } from "../rooms/shared/room-requests.ts";
import type { Payload } from "../socket.ts";
import { callerOf, handleAnswer } from "./achex2/call-frames.ts";
import { offerCallHere } from "./achex2/cluster-calls.ts";
import { countElsewhere } from "./achex2/cluster-members.ts";
import { sentPart } from "./achex2/cluster-sends.ts";
import { sendHere } from "./achex2/message-frames.ts";
import { answerOnce } from "./achex2/send-once.ts";
import { callsFrom, compareCalls } from "./call-sync.ts";
import { publishToLegacy } from "./legacy/send-legacy.ts";

type Question = (answer: readonly unknown[]) => void;

/** What a node does for the others of its cluster: the only dispatch of their requests. */
export function createClusterOwner(core: Core, cluster: Cluster): ClusterOwner {
  return {
    turns: core,
    deliver(message) {
      core.deliver.sink(message);
      return core.sliced.takeStarted();
    },
    asked(peer, head, body, answer) {
      if (!core.handover?.asked(peer, head, answer)) answerQuestion(core, cluster, peer, head, body, answer);
    },
    told(peer, head, body) {
      core.handover?.told(peer, head, body);
      const notice = (): boolean => handleNotice(core, cluster, peer, head);
      if (!notice()) core.handover?.deferForAll(notice);
    },
    mayHaveMissed(peer) {
      cluster.tell(peer, callsFrom(core, cluster, peer));
    },
    nameChanged(channel, isHeld) {
      // A session that moves has it at both nodes for a moment, and nobody notices.
      if (core.channels.find(channel.instance, "name", channel.name) || core.moving.isIn(channel)) return;
      if (isHeld) core.nameWatchers.online(channel);
      else core.nameWatchers.offline(channel);
    },
    rosterOf(channel) {
      const here = channelHere(core, channel);
      return here ? core.presence.membersHere(here) : [];
    },
    followsPresence(channel) {
      const here = channelHere(core, channel);
      return here !== undefined && core.presence.isFollowed(here);
    },
    memberChanged(channel, event) {
      const here = channelHere(core, channel);
      if (here) core.presence.elsewhere(here, event);
    },
    lost(peer) {
      core.handover?.lost(peer);
      core.inSlices(endCallsWith(core, cluster, [...callsWith(core, cluster, peer)]));
    },
    begin: (peer) => core.handover?.begin(peer),
    began: (peer) => core.handover?.broken(peer),
    sessionIds: () => core.sessions.keys(),
    aloneChanged: () => core.inSlices(tellAlone(core, cluster)),
  };
}

const channelHere = ({ channels }: Core, { instance, kind, name }: FollowedChannel) =>
  channels.find(instance, kind, name);

function answerQuestion(
  core: Core,
  cluster: Cluster,
  peer: Peer,
  head: readonly unknown[],
  body: Payload | undefined,
  answer: Question,
): void {
  const [kind, first] = head;
  const channel = channelIn(core, head);
  if (kind === "send?" || kind === "offer?") answerSend(core, peer, head, body, answer);
  else if (kind === "legacy?") {
    answerLegacy(core, head, body, answer);
    pauseFor(core, peer);
  } else if (kind === "call?") answerCall(core, head, body, answer);
  else if (kind === "answer?") answerAnswer(core, head, body, answer);
  else if (kind === "count?") answer([channel?.size ?? 0]);
  else if (kind === "members?") {
    const after = typeof head[4] === "number" ? head[4] : 0;
    answer(channel ? [channel.size, core.presence.pageHere(channel, after)] : [0]);
  } else if (kind === "applied?") {
    const [, shard, position] = head;
    if (typeof shard === "number" && typeof position === "number")
      core.rooms.whenApplied(shard, position, () => answer([]));
  } else if (kind === "kept?" && typeof first === "string")
    core.kept?.takers.ask(first, (taken, held) => answer([taken, held]));
  else if (kind === "once?" && typeof first === "string")
    answerOnce(core, cluster, peer.node, first, head[2] === true, answer);
  else if (kind === "users?" && typeof first === "string") answer([core.serverstat.usersOf(first)]);
}

/** The hub or broadcast of a question. */
function channelIn({ channels }: Core, [, instance, kind, name]: readonly unknown[]): Channel | undefined {
  if (typeof instance !== "string" || typeof name !== "string") return undefined;
  return kind === "hub" || kind === "broadcast" ? channels.find(instance, kind, name) : undefined;
}

function answerSend(
  core: Core,
  peer: Peer,
  head: readonly unknown[],
  body: Payload | undefined,
  answer: Question,
): void {
  const message = readMessage(head, body);
  if (!message) return;
  const part = sendHere(core, message);
  // What is offered is answered only if nobody took it.
  if (head[0] === "send?" || part.taken + part.backlog + part.dialect === 0) answer(sentPart(part));
  pauseFor(core, peer);
}

function answerLegacy(core: Core, head: readonly unknown[], body: Payload | undefined, answer: Question): void {
  const message = readMessage(head, body);
  if (message) answer([publishToLegacy(core, message)]);
}

/** A message that is sent over several turns must not be overtaken by the next one of the same node. */
function pauseFor(core: Core, peer: Peer): void {
  const sending = core.sliced.takeStarted();
  if (sending) peer.inbox.pause(sending);
}

function answerCall(core: Core, head: readonly unknown[], body: Payload | undefined, answer: Question): void {
  const message = readMessage(head, body);
  const [caller, id, isStream, room] = head.slice(5);
  if (!message || typeof caller !== "number" || typeof id !== "number" || typeof room !== "number") return;
  const offered = offerCallHere(core, message, { isStream: isStream === true, room });
  if (typeof offered === "string") {
    answer([offered]);
    return;
  }
  const { takers, heldCount, legacyCount, backlogCount } = offered;
  if (takers.length > 0) core.openCalls.begin(caller, id, takers, isStream === true, true);
  answer([takers, heldCount, legacyCount, backlogCount]);
}

function answerAnswer(core: Core, head: readonly unknown[], body: Payload | undefined, answer: Question): void {
  const message = readMessage(head, body);
  const [callee, part] = head.slice(5);
  const header = readAnswerHeader(part);
  if (!message || typeof callee !== "number" || !header) return;
  const act = (): void => answer([handleAnswer(core, { id: callee }, message, header)]);
  if (!core.handover?.defer(callerOf(message), act)) act();
}

function readAnswerHeader(sent: unknown): AnswerHeader | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { id, kind, credit } = sent;
  const kinds = ["more", "end", "fault", "decline", "credit"] as const;
  const known = kinds.find((one) => one === kind);
  return known && isCount(id) && isCount(credit) ? { id, kind: known, credit } : undefined;
}

/** False when it is about a call that is not known here, perhaps because its session is still on its way. */
function handleNotice(
  core: Core,
  cluster: Cluster,
  peer: Peer,
  [kind, first, second, third]: readonly unknown[],
): boolean {
  if (kind === "calls") core.inSlices(compareCalls(core, cluster, peer, first));
  // What it sends from now on comes after what happened in rooms up to there (PROTOCOL.md R167).
  if (kind === "after" && typeof first === "number" && typeof second === "number") {
    const applying = core.rooms.untilApplied(first, second);
    if (applying) peer.inbox.pause(applying);
    return true;
  }
  if (kind === "frame" && typeof first === "number" && typeof second === "string")
    core.sessions.get(first)?.send(second);
  if (kind !== "call-ended" && kind !== "call-cancelled" && kind !== "callee-gone") return true;
  if (typeof first !== "number" || typeof second !== "number") return true;
  const call = core.openCalls.find(first, second);
  if (kind === "call-ended" && call?.isMirror) core.openCalls.end(call);
  if (kind === "call-cancelled" && call?.isMirror) core.openCalls.cancel(call);
  if (kind === "callee-gone" && call && typeof third === "number" && call.callees.has(third))
    core.openCalls.calleeGone(call, third);
  return call !== undefined;
}

interface AffectedCall {
  readonly call: Call;
  /** Those of its callees that are gone; empty if its caller is. */
  readonly callees: readonly number[];
}

/** The calls that a node has a part in. */
function* callsWith(core: Core, cluster: Cluster, peer: Peer): Generator<AffectedCall> {
  for (const call of core.openCalls.all()) {
    if (call.isMirror && cluster.nodeOf(call.caller) === peer) yield { call, callees: [] };
    const callees = [...call.callees].filter((callee) => cluster.nodeOf(callee) === peer);
    if (callees.length > 0) yield { call, callees };
  }
}

/** Ends the calls with the sessions of a node that is gone, as if each of them had ended (PROTOCOL.md R33, R34). */
function* endCallsWith(core: Core, cluster: Cluster, affected: readonly AffectedCall[]): Generator<void> {
  const { openCalls } = core;
  for (const { call, callees } of affected) {
    const { caller, id } = call;
    if (openCalls.find(caller, id) !== call) continue;
    // It may still hear this node, or be heard again: without a word, its sessions would wait for the end of the call for ever.
    const told = new Set((callees.length === 0 ? [caller] : callees).map((session) => cluster.nodeOf(session)));
    for (const peer of told) {
      if (!peer) continue;
      if (callees.length > 0) cluster.tell(peer, ["call-cancelled", caller, id]);
      else for (const callee of call.callees) cluster.tell(peer, ["callee-gone", caller, id, callee]);
    }
    if (callees.length === 0) openCalls.cancel(call);
    else for (const callee of callees) openCalls.calleeGone(call, callee);
    yield;
  }
}

/** Tells the sessions of achex.2 that the node has lost the others, or has them again, one a step (PROTOCOL.md R160). */
function* tellAlone(core: Core, cluster: Cluster): Generator<void> {
  const { isAlone } = cluster;
  const text = clusterFrame(isAlone);
  for (const session of [...core.sessions.values()]) {
    if (session.endpoint.dialect !== "achex.2" || session.isClosed) continue;
    // It has changed again, and everybody will learn that.
    if (cluster.isAlone !== isAlone) return;
    session.sendUncounted(text);
    yield;
  }
}

/** What the calls of a node need of the others. */
export const callsElsewhere = (cluster: Cluster) => ({
  sendElsewhere(session: number, text: string): void {
    const peer = cluster.nodeOf(session);
    if (peer) cluster.tell(peer, ["frame", session, text]);
  },
  ended({ caller, id, callees }: Call): void {
    const peers = new Set(Array.from(callees, (callee) => cluster.nodeOf(callee)));
    for (const peer of peers) if (peer) cluster.tell(peer, ["call-ended", caller, id]);
  },
  calleeGoneElsewhere({ caller, id }: Call, callee: number): void {
    const peer = cluster.nodeOf(caller);
    if (peer) cluster.tell(peer, ["callee-gone", caller, id, callee]);
  },
});

/** What the rooms of a node need of the others. */
export const roomsElsewhere = (cluster: Cluster): OtherNodes => ({
  holders: (room) => Array.from(cluster.holders(room), ([{ incarnation }]) => incarnation),
  count: async (room) => (await countElsewhere(cluster, room)) ?? 0,
  isHeard: (process) => cluster.links.hears(process),
  applied: (shard, position) => cluster.asks.askAll(new Set(cluster.peers), ["applied?", shard, position]),
  tellAfter: (shard, position) => cluster.tellAll(["after", shard, position]),
});
