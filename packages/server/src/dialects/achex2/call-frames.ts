import type { AnswerHeader, CallHeader } from "@achex/protocol";
import type { Core } from "../../node/core.ts";
import type { Call } from "../../node/open-calls.ts";
import type { Session } from "../../session/session.ts";
import { noteHeldTurn, type OutgoingMessage, offerToAchex2, sendToSession } from "./message-frames.ts";
import { emptyReply, fault, noReceiver, type Reply, sendResult } from "./reply.ts";

/** A frame with `$call`: opens a call or stream, continues a stream or cancels (PROTOCOL.md R30, R34, R50, R52, R53). */
export function handleCall(
  core: Core,
  session: Session,
  message: OutgoingMessage,
  part: CallHeader,
  body?: Uint8Array,
): Reply {
  if (part.kind === "open" || part.kind === "stream") return openCall(core, session, message, part);
  const open = core.openCalls.find(session.id, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind !== "cancel") return handleStreamPart(core, message, part, open, body);
  core.openCalls.cancel(open);
  return emptyReply;
}

/** The next part of a stream, or its end. */
function handleStreamPart(
  core: Core,
  message: OutgoingMessage,
  part: CallHeader,
  open: Call,
  body: Uint8Array | undefined,
): Reply {
  const [callee] = open.callees;
  const [target] = message.targets;
  if (!open.stream || callee === undefined) return fault("no-such-call");
  if (message.targets.length !== 1 || target?.kind !== "session" || target.id !== callee) return fault("no-such-call");
  if (part.kind === "data") {
    if (!body) return fault("bad-binary");
    if (!core.openCalls.spendCredit(open, body.byteLength)) return fault("no-credit");
  }
  return sendToParty(core, message, callee);
}

function openCall(core: Core, session: Session, message: OutgoingMessage, part: CallHeader): Reply {
  if (core.openCalls.find(session.id, part.id)) return fault("call-in-use");
  const isStream = part.kind === "stream";
  const offered = offerToAchex2(core, message, {
    obstacleTo(sessions) {
      if (isStream && sessions > 1) return "not-one";
      return core.openCalls.hasRoom(session.id, sessions) ? undefined : "too-many-calls";
    },
    hasRoom: (id) => core.openCalls.hasCalleeRoom(id),
  });
  if (typeof offered === "string") return fault(offered);
  const { takers, heldCount, legacyCount, backlogCount } = offered;
  if (takers.length === 0)
    return legacyCount > 0 && backlogCount === 0 ? fault("old-dialect") : noReceiver(message.targets);
  const call = core.openCalls.begin(session.id, part.id, takers, isStream);
  if (heldCount > 0) noteHeldTurn(core, message, takers, call);
  return sendResult(takers.length, { held: heldCount, dialect: legacyCount, backlog: backlogCount });
}

/** The session that an answer is for. */
export const callerOf = ({ targets }: Pick<OutgoingMessage, "targets">): number =>
  targets[0]?.kind === "session" ? targets[0].id : 0;

/** A frame with `$answer`: an answer, the end of one, or credit for a stream (PROTOCOL.md R31, R32, R51). */
export function handleAnswer(
  core: Core,
  session: Pick<Session, "id">,
  message: OutgoingMessage,
  part: AnswerHeader,
): Reply {
  const [target] = message.targets;
  if (target?.kind !== "session") return fault("no-such-call");
  const open = core.openCalls.findForCallee(session.id, target.id, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind === "credit" && !core.openCalls.grantCredit(open, part.credit)) return fault("bad-value");
  if (part.kind === "decline" && core.openCalls.decline(open, session.id)) return emptyReply;
  if (part.kind === "end" || part.kind === "fault" || part.kind === "decline") core.openCalls.end(open);
  return sendToParty(core, message, target.id);
}

function sendToParty(core: Core, message: OutgoingMessage, id: number): Reply {
  if (core.cluster?.nodeOf(id)) {
    core.engine.publish({ ...message, targets: [{ kind: "session", id }], except: undefined });
    // Should the session have ended, its node says so, and the call ends.
    return sendResult(1);
  }
  const { heldDeliveries } = core.counters;
  if (!sendToSession(core, message, id)) return sendResult(0, { backlog: 1 });
  return core.counters.heldDeliveries > heldDeliveries ? sendResult(1, { held: 1 }) : sendResult(1);
}
