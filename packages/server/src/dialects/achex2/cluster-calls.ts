import { type AnswerHeader, type CallHeader, calleeGoneFrame } from "@achex/protocol";
import type { Answer } from "../../cluster/asks.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { countOf, readIds } from "../../cluster/sent-values.ts";
import type { Core } from "../../node/core.ts";
import type { Call } from "../../node/open-calls.ts";
import type { Session } from "../../session/session.ts";
import { callerOf, handleAnswer, handleCall } from "./call-frames.ts";
import { type Answering, askedMessage, spreadOf } from "./cluster-sends.ts";
import { type OfferResult, type OutgoingMessage, offerToAchex2 } from "./message-frames.ts";
import { fault, noReceiver, type Reply, readReply, sendResult } from "./reply.ts";

/** What a call may be offered under: by the node of the caller to any other. */
export interface CallTerms {
  readonly isStream: boolean;
  /** Sessions that the caller may still call. */
  readonly room: number;
}

/** Offers a call to the sessions of this node. */
export const offerCallHere = (core: Core, message: OutgoingMessage, { isStream, room }: CallTerms) =>
  offerToAchex2(core, message, {
    obstacleTo(sessions) {
      if (isStream && sessions > 1) return "not-one";
      return sessions > room ? "too-many-calls" : undefined;
    },
    hasRoom: (id) => core.openCalls.hasCalleeRoom(id),
  });

export type Offered = OfferResult | { readonly fault: string };

/** A frame with `$call`. The node of the caller decides about its calls; see OpenCalls. */
export function callInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  message: OutgoingMessage,
  part: CallHeader,
  body: Uint8Array | undefined,
  sending: Answering,
): void | Promise<void> {
  const isOpening = part.kind === "open" || part.kind === "stream";
  const spread = isOpening ? spreadOf(core, cluster, message) : undefined;
  if (!spread) return sending.reply(handleCall(core, session, message, part, body));
  if (core.openCalls.find(session.id, part.id)) return sending.reply(fault("call-in-use"));
  const isStream = part.kind === "stream";
  const isHere = core.deliver.resolve({ ...message, targets: spread.here }).length > 0;
  if (isStream && spread.parts.size + (isHere ? 1 : 0) > 1) return sending.reply(fault("not-one"));
  const terms = { isStream, room: core.openCalls.room(session.id) };
  if (terms.room <= 0) return sending.reply(fault("too-many-calls"));
  const call = core.openCalls.begin(session.id, part.id, [], isStream);
  const offers: (Offered | undefined)[] = [];
  if (spread.here.length > 0) {
    const offered = offerCallHere(core, { ...message, targets: spread.here }, terms);
    offers.push(typeof offered === "string" ? { fault: offered } : offered);
    if (typeof offered !== "string") core.openCalls.addCallees(call, offered.takers);
  }
  const awaited = offers.length + spread.parts.size;
  call.openOffers = spread.parts.size;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const [peer, targets] of spread.parts) {
    const asked = [...askedMessage("call?", message, targets), session.id, part.id, terms.isStream, terms.room];
    cluster.asks.ask(peer, asked, message.payload, (answer) => {
      const offered = readOffered(answer);
      call.openOffers--;
      offers.push(offered);
      const takers = offered && "takers" in offered ? offered.takers : [];
      // It may have been answered by another node, or ended, in the meantime; a node that was late may have it all the same.
      if (core.openCalls.find(session.id, part.id) === call && offered) core.openCalls.addCallees(call, takers);
      // Nobody waits for their answers any more (PROTOCOL.md R34).
      else cluster.tell(peer, ["call-cancelled", session.id, part.id]);
      if (offers.length < awaited) return;
      const isOpen = core.openCalls.find(session.id, part.id) === call;
      const reply = callReply(core, call, message, offers);
      sending.reply(reply);
      // Nobody will answer, and its caller must not wait for that (PROTOCOL.md R161).
      if (isOpen && "result" in reply && core.openCalls.find(session.id, part.id) !== call)
        session.send(calleeGoneFrame(part.id));
      resolve();
    });
  }
  return sending.wantsResult ? promise : undefined;
}

function callReply(
  core: Core,
  call: Call,
  { targets }: OutgoingMessage,
  offers: readonly (Offered | undefined)[],
): Reply {
  const sum = { taken: 0, held: 0, dialect: 0, backlog: 0, node: 0 };
  let obstacle: Reply | undefined;
  for (const offered of offers) {
    if (!offered) sum.node++;
    else if ("fault" in offered) obstacle ??= readReply({ fault: offered.fault });
    else {
      sum.taken += offered.takers.length;
      sum.held += offered.heldCount;
      sum.dialect += offered.legacyCount;
      sum.backlog += offered.backlogCount;
    }
  }
  if (sum.taken > 0) return sendResult(sum.taken, sum);
  core.openCalls.end(call);
  if (obstacle) return obstacle;
  if (sum.node > 0) return sendResult(0, sum);
  return sum.dialect > 0 && sum.backlog === 0 ? fault("old-dialect") : noReceiver(targets);
}

/** A frame with `$answer`: the node of the caller decides whether it may pass. */
export function answerInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  message: OutgoingMessage,
  part: AnswerHeader,
  sending: Answering,
): void | Promise<void> {
  const [target] = message.targets;
  const peer = target?.kind === "session" ? cluster.nodeOf(target.id) : undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  if (!peer) {
    const answer = (): void => sending.reply(handleAnswer(core, session, message, part));
    // The calls of a session that moves come with it. Later frames of this one wait, so that its answers stay in order.
    const isDeferred = core.handover?.defer(callerOf(message), () => {
      answer();
      resolve();
    });
    return isDeferred ? promise : answer();
  }
  cluster.asks.ask(
    peer,
    [...askedMessage("answer?", message, message.targets), session.id, part],
    message.payload,
    (answer) => {
      sending.reply(answer ? readReply(answer[0]) : sendResult(0, { node: 1 }));
      resolve();
    },
  );
  return sending.wantsResult ? promise : undefined;
}

function readOffered(answer: Answer): Offered | undefined {
  if (!answer) return undefined;
  const [takers, heldCount, legacyCount, backlogCount] = answer;
  if (typeof takers === "string") return { fault: takers };
  return {
    takers: readIds(takers),
    heldCount: countOf(heldCount),
    legacyCount: countOf(legacyCount),
    backlogCount: countOf(backlogCount),
  };
}
