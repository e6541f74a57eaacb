import { faultEventFrame, isHeartbeat, isResume, isSeen, parseResume, parseSeen } from "@achex/protocol";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";

/**
 * Handles a frame that is not counted at the moment it arrives: what it says about the stream is true only there (PROTOCOL.md R70
 * to R72). False for one that is handled in its turn: it is misplaced, or the session has used up its rate.
 */
export function handleOnArrival(core: Core, session: Session, text: string, bytes: number): boolean {
  const isHandled =
    (isHeartbeat(text) && answerHeartbeat(core, session, bytes)) ||
    (isSeen(text) && handleSeen(core, session, text)) ||
    (isResume(text) && session.isFirstFrame && enable(core, session, text));
  if (isHandled) session.reports?.settleNewest(() => session.reports?.report({ result: "{}" }));
  return isHandled;
}

/** A client that has to wait for its rate would otherwise take its connection for a dead one. */
function answerHeartbeat(core: Core, session: Session, bytes: number): boolean {
  if (!session.admitOnArrival(bytes)) return false;
  session.sendAtOnce(JSON.stringify({ $time: core.clock.time() }));
  return true;
}

function enable(core: Core, session: Session, text: string): boolean {
  const request = parseResume(text);
  if (typeof request !== "object" || request.kind !== "enable") return false;
  core.resumes.enable(session, request.reload);
  session.resumable?.events.live(core.events.now, 0);
  return true;
}

/** An acknowledgement (PROTOCOL.md R72). False when the session is not resumable. */
function handleSeen(core: Core, session: Session, text: string): boolean {
  const { resumable } = session;
  if (!resumable) return false;
  const counts = parseSeen(text);
  if (!counts || counts.received < resumable.log.acknowledged || counts.received > session.written) {
    core.counters.fault("bad-count");
    session.send(faultEventFrame("bad-count", 0));
    session.close("resyncing", "resync");
    return true;
  }
  const { log, events } = resumable;
  log.acknowledge(counts.received);
  events.acknowledged(counts.received, log.total, core.events.now);
  session.checkRoom();
  if (counts.sent !== resumable.received) countsDiffer(core, session, counts.sent, resumable.received);
  return true;
}

/** One side has counted wrongly, so a resume would lose or repeat frames. Starting over is the only way that cannot loop. */
function countsDiffer(core: Core, session: Session, sent: number, received: number): void {
  core.counters.countMismatches++;
  core.logThrottle.error(
    "a client and the relay count its frames differently; its session was ended",
    session.instance,
    {
      session: session.id,
      instance: session.instance,
      sent,
      received,
      hint: "one of them has a bug: report it with the version of the client",
    },
  );
  session.close("resyncing", "resync");
}
