import type { Achex2Frame, Address, HistoryPage, KeptAddress } from "@achex/protocol";
import { type Confirmation, KeepUnavailable, type KeptSpan } from "../../keep.ts";
import { failureText } from "../../log/log-text.ts";
import type { Core } from "../../node/core.ts";
import type { KeptResult } from "../../node/kept-sends.ts";
import { historic } from "../../node/positioned.ts";
import type { Session } from "../../session/session.ts";
import { emptyReply, fault, type Reply, result } from "./reply.ts";

/** Bytes of the messages of one page (PROTOCOL.md R142). */
const PAGE_BYTES = 256 * 1024;

/** The reply to a message to a kept channel (PROTOCOL.md R141, R145, R146). */
export function keptReply(kept: KeptResult, isInbox: boolean): Reply {
  if (kept.kind === "failed") return fault(kept.reason);
  const { seq } = kept;
  if (kept.kind === "duplicate") return { result: `{"taken":0,"seq":${seq},"duplicate":true}` };
  const { taken, held, missed = 0 } = kept;
  const missedPart = missed > 0 && { missed: { node: missed } };
  return result({
    taken,
    ...(held > 0 && { held }),
    ...missedPart,
    ...(isInbox && taken === 0 && { kept: true }),
    seq,
  });
}

/** Whether a session may read a channel: it is a member, or has the name (PROTOCOL.md R142). */
const mayRead = (core: Core, session: Session, { kind, name }: KeptAddress): boolean =>
  core.channels.find(session.instance, kind, name)?.has(session) === true;

/** Runs a read; a failing storage is logged, and the reply says so. */
export function orKeepFailed<Value>(core: Core, read: () => Value): Value | Reply {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KeepUnavailable)) throw error;
    core.logThrottle.error("kept messages cannot be read", "", { error: failureText(error) });
    return fault("keep-failed");
  }
}

/** Whether messages are held beyond a page, in its direction. */
function hasMore(page: HistoryPage, span: KeptSpan, oldest: number, newest: number): boolean {
  return page.kind === "after" ? newest < span.head : oldest > span.first;
}

/** A page of what a channel holds (PROTOCOL.md R142). */
export function historyPage(core: Core, session: Session, address: KeptAddress, page: HistoryPage): Reply {
  if (session.state.kind !== "named") return fault("not-logged-in");
  const { kept } = core;
  const channel = kept?.at(session.instance, address);
  if (!kept || !channel) return fault("not-kept");
  if (!mayRead(core, session, address)) return fault("not-member");
  return orKeepFailed(core, () => {
    const { seq, messages: limit } = page;
    const range = page.kind === "after" ? { after: seq } : { after: 0, before: seq, last: true };
    const span = kept.keep.span(channel);
    const messages = kept.keep.read(channel, { ...range, messages: limit, bytes: PAGE_BYTES });
    const more = hasMore(page, span, messages[0]?.seq ?? span.first, messages.at(-1)?.seq ?? span.head);
    const texts = messages.map((one) => historic(one.frame, one.seq, one.at));
    const head = `{"epoch":"${span.epoch}","first":${span.first},"head":${span.head}`;
    const text = `${head},"messages":[${texts.join(",")}],"more":${more}}`;
    session.chargeBytes(text.length);
    return { result: text };
  });
}

const confirmReply = (stored: Confirmation): Reply => (stored === "confirmed" ? emptyReply : fault(stored));

/** Moves the position up to which a device has handled its inbox (PROTOCOL.md R145). */
export function confirmInbox(
  core: Core,
  session: Session,
  { name, device, seq }: Extract<Achex2Frame["request"], { verb: "confirm" }>,
): Reply | Promise<Reply> {
  const address: Address = { kind: "name", name };
  const channel = core.kept?.at(session.instance, address);
  if (!core.kept || !channel) return fault("not-kept");
  if (!mayRead(core, session, { kind: "name", name })) return fault("not-member");
  const { keep } = core.kept;
  const confirming = orKeepFailed(core, () => {
    // A position of the future would hide messages that do not exist yet.
    const position = Math.min(seq, keep.span(channel).head);
    return keep.confirm(channel, device, position);
  });
  if (typeof confirming === "string") return confirmReply(confirming);
  return confirming instanceof Promise ? confirming.then(confirmReply) : confirming;
}
