import {
  type DropReason,
  type Frame,
  type FrameOutcome,
  JOINED_FRAME,
  type JoinFrame,
  latencyFrame,
  loginFrame,
  NOT_JOINED_FRAME,
  type Refusal,
  refusalFrame,
  type SendFrame,
} from "@achex/protocol";
import { type JoinRequest, join, leave, obstacleToJoin, register, unregister } from "../../handlers/join-leave.ts";
import { login } from "../../handlers/login.ts";
import { serverstat, serverstatInCluster } from "../../handlers/serverstat.ts";
import type { KeptChannel } from "../../keep.ts";
import { orderInCluster } from "../../node/cluster-order.ts";
import type { Core } from "../../node/core.ts";
import { entering } from "../../node/entering.ts";
import type { Session } from "../../session/session.ts";
import { keptTargets, sendKept, sendLegacy, sendLegacyInCluster } from "./send-legacy.ts";

/**
 * Handles a frame of classic or cloud, and replies as those dialects do: their only dispatch. When it returns a promise, later
 * frames of the session wait until that settles.
 */
export function routeLegacy(core: Core, session: Session, frame: Frame): void | Promise<void> {
  const channels = frame.verb === "send" ? keptTargets(core, session, frame) : NONE;
  const storing = core.kept?.waitFor(session);
  if (storing && channels.length === 0) return storing.then(() => routeLegacy(core, session, frame));
  switch (frame.verb) {
    case "send":
      if (core.kept && core.cluster?.reachesOthers(session.instance, frame.targets)) {
        const stored = channels.length === 0 ? "none" : channels.length === frame.targets.length ? "all" : "some";
        const waiting = orderInCluster(core, session, stored);
        if (waiting) return waiting.then(() => routeLegacy(core, session, frame));
      }
      if (channels.length > 0) return handleKept(core, session, frame, channels);
      if (core.cluster?.reachesOthers(session.instance, frame.targets))
        return sendLegacyInCluster(core, core.cluster, session, frame, (sent) => concludeMessage(core, session, sent));
      return concludeMessage(core, session, sendLegacy(core, session, frame));
    case "login":
      return login(core, session, frame, answerLogin);
    case "register":
      return enter(core, session, "broadcast", frame, (request, refusal) =>
        conclude(core, session, refusal ?? register(core, session, request)),
      );
    case "unregister":
      unregister(core, session, frame.name);
      return conclude(core, session, undefined);
    case "join":
      return enter(core, session, "hub", frame, (request, refusal) =>
        answerJoin(core, session, refusal ?? join(core, session, request)),
      );
    case "leave":
      leave(core, session, frame.name);
      return conclude(core, session, undefined);
    case "latency":
      session.measureLatency((milliseconds) => {
        if (milliseconds !== undefined) session.send(latencyFrame(milliseconds));
      });
      return conclude(core, session, undefined);
    case "echo":
      session.send(frame.text);
      return conclude(core, session, undefined);
    case "serverstat":
      if (core.cluster)
        return serverstatInCluster(core, core.cluster, session, (text) => answerServerstat(core, session, text));
      return answerServerstat(core, session, serverstat(core, session));
    case "badJoin":
      return answerJoin(core, session, frame.reason);
    case "badLogin":
      core.counters.login("bad-name");
      return answerLogin(core, session, "bad-name");
    case "drop":
      return conclude(core, session, frame.reason);
  }
}

/**
 * Joins or registers when the other nodes of a cluster know it, and have agreed to it if the room has options; a session that may not
 * enter is answered at once.
 */
function enter(
  core: Core,
  session: Session,
  kind: "hub" | "broadcast",
  frame: JoinFrame,
  act: (request: JoinRequest, refusal: DropReason | undefined) => void,
): void | Promise<void> {
  if (!core.cluster || obstacleToJoin(core, session, kind, frame)) return act(frame, undefined);
  const { instance } = session;
  const { name, password } = frame;
  return entering(core, [{ instance, kind, name }], [], () => {
    const channel = core.channels.find(instance, kind, name);
    const admitting = core.rooms.admit({ instance, kind, name }, channel, session, { password, joining: undefined });
    if (!admitting) return act(frame, undefined);
    return admitting.then((admission) =>
      admission.kind === "admitted" ? act({ ...frame, isCreator: true }, undefined) : act(frame, admission.reason),
    );
  });
}

const NONE: readonly KeptChannel[] = [];

function handleKept(
  core: Core,
  session: Session,
  frame: SendFrame,
  channels: readonly KeptChannel[],
): Promise<void> | undefined {
  sendKept(core, session, frame, channels, (sent) => concludeMessage(core, session, sent));
  // Reports name the frame that is being handled, so the frames of such a session are stored one by one.
  return session.reports ? core.kept?.waitFor(session) : core.kept?.waitForRoom(session);
}

const DONE: FrameOutcome = { result: "{}" };

/** Counts a drop, for which the legacy dialects have no reply, and reports to clients that asked for it (PROTOCOL.md B1, F1). */
function conclude(core: Core, session: Session, reason: DropReason | undefined): void {
  if (reason) core.counters.drop(reason);
  session.reports?.report(reason ? { dropped: reason } : DONE);
}

function concludeMessage(core: Core, session: Session, sent: DropReason | number): void {
  if (typeof sent === "string") conclude(core, session, sent);
  else session.reports?.report({ result: `{"taken":${sent}}` });
}

function answerLogin(_core: Core, session: Session, refusal: Refusal | undefined): void {
  const { dialect } = session.endpoint;
  session.send(refusal ? refusalFrame(dialect, refusal) : loginFrame(dialect, session.id));
  session.reports?.report(refusal ? { fault: refusal } : DONE);
}

function answerJoin(core: Core, session: Session, reason: DropReason | undefined): void {
  session.send(reason ? NOT_JOINED_FRAME : JOINED_FRAME);
  conclude(core, session, reason);
}

function answerServerstat(core: Core, session: Session, text: string | undefined): void {
  if (text !== undefined) session.send(text);
  conclude(core, session, text === undefined ? "not-logged-in" : undefined);
}
