import { type AnswerPart, type CallPart, joinBinary } from "@achex/protocol";
import type { Core } from "../core.ts";
import type { Session } from "../session.ts";
import { done, fault, type Outcome } from "./outcome.ts";
import { type Outgoing, resolveOwn, toSessions } from "./send.ts";

const payloadOf = ({ text, body }: Outgoing) => (body ? joinBinary(text, body) : text);

/** What a caller says of a call, of its own or a stream (PROTOCOL.md R30, R34, R50, R52, R53). */
export function call(core: Core, session: Session, message: Outgoing, part: CallPart): Outcome {
  if (part.kind === "open" || part.kind === "stream") return begin(core, session, message, part);
  const open = core.calls.find(session.id, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind === "cancel") {
    core.calls.cancel(open);
    return done;
  }
  const [callee] = open.callees;
  const [target] = message.targets;
  if (!open.stream || callee === undefined) return fault("no-such-call");
  if (message.targets.length !== 1 || target?.kind !== "session" || target.id !== callee) return fault("no-such-call");
  if (part.kind === "data") {
    if (!message.body) return fault("bad-binary");
    if (!core.calls.spend(open, message.body.byteLength)) return fault("no-credit");
  }
  return { result: `{"taken":${toSessions(core, session, [{ id: callee }], payloadOf(message))}}` };
}

function begin(core: Core, session: Session, message: Outgoing, part: CallPart): Outcome {
  const obstacle = core.calls.obstacle(session.id, part.id);
  if (obstacle) return fault(obstacle);
  const { all, own } = resolveOwn(core, session, message);
  if (all.length === 0) return fault(message.targets[0]?.kind === "session" ? "no-such-session" : "no-such-name");
  if (own.length === 0) return fault("old-dialect");
  if (part.kind === "stream" && own.length !== 1) return fault("not-one");
  core.calls.begin(
    session.id,
    part.id,
    own.map(({ id }) => id),
    part.kind === "stream",
  );
  const taken = toSessions(core, session, own, payloadOf(message));
  const missed = all.length - own.length;
  return { result: missed > 0 ? `{"taken":${taken},"missed":{"dialect":${missed}}}` : `{"taken":${taken}}` };
}

/** What a callee says of a call (PROTOCOL.md R31, R32, R51). */
export function answer(core: Core, session: Session, message: Outgoing, part: AnswerPart): Outcome {
  const [target] = message.targets;
  const caller = target?.kind === "session" ? target.id : 0;
  const open = core.calls.answerable(session.id, caller, part.id);
  if (!open) return fault("no-such-call");
  if (part.kind === "credit" && !core.calls.grant(open, part.credit)) return fault("bad-value");
  if (part.kind === "end" || part.kind === "fault") core.calls.end(open);
  return { result: `{"taken":${toSessions(core, session, [{ id: caller }], payloadOf(message))}}` };
}
