import type { AnswerPart, CallPart } from "@achex/protocol";
import type { Core } from "../../node/core.ts";
import type { Call } from "../../node/open-calls.ts";
import type { Session } from "../../session/session.ts";
import { type Outgoing, offer, told, toSession, unreached } from "./message-frames.ts";
import { done, fault, type Outcome } from "./reply.ts";

/** What a caller says of a call, of its own or a stream (PROTOCOL.md R30, R34, R50, R52, R53). */
export function call(core: Core, session: Session, message: Outgoing, part: CallPart, body?: Uint8Array): Outcome {
  if (part.kind === "open" || part.kind === "stream") return begin(core, session, message, part);
  const open = core.calls.find(session.id, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind !== "cancel") return stream(core, message, part, open, body);
  core.calls.cancel(open);
  return done;
}

/** The next part of a stream, or its end. */
function stream(core: Core, message: Outgoing, part: CallPart, open: Call, body: Uint8Array | undefined): Outcome {
  const [callee] = open.callees;
  const [target] = message.targets;
  if (!open.stream || callee === undefined) return fault("no-such-call");
  if (message.targets.length !== 1 || target?.kind !== "session" || target.id !== callee) return fault("no-such-call");
  if (part.kind === "data") {
    if (!body) return fault("bad-binary");
    if (!core.calls.spend(open, body.byteLength)) return fault("no-credit");
  }
  return delivered(core, message, callee);
}

function begin(core: Core, session: Session, message: Outgoing, part: CallPart): Outcome {
  if (core.calls.find(session.id, part.id)) return fault("call-in-use");
  const isStream = part.kind === "stream";
  const offered = offer(core, message, (sessions) => {
    if (isStream && sessions > 1) return "not-one";
    return core.calls.hasRoom(session.id, sessions) ? undefined : "too-many-calls";
  });
  if (typeof offered === "string") return fault(offered);
  const { takers, dialect, backlog } = offered;
  if (takers.length === 0) return dialect > 0 && backlog === 0 ? fault("old-dialect") : unreached(message);
  core.calls.begin(session.id, part.id, takers, isStream);
  return told(takers.length, { dialect, backlog });
}

/** What a callee says of a call (PROTOCOL.md R31, R32, R51). */
export function answer(core: Core, session: Session, message: Outgoing, part: AnswerPart): Outcome {
  const [target] = message.targets;
  const caller = target?.kind === "session" ? target.id : 0;
  const open = core.calls.answerable(session.id, caller, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind === "credit" && !core.calls.grant(open, part.credit)) return fault("bad-value");
  if (part.kind === "end" || part.kind === "fault") core.calls.end(open);
  return delivered(core, message, caller);
}

const delivered = (core: Core, message: Outgoing, id: number): Outcome =>
  toSession(core, message, id) ? told(1, {}) : told(0, { backlog: 1 });
