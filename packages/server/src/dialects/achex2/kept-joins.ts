import type { Achex2Frame, JoinFrame } from "@achex/protocol";
import { obstacleToJoin } from "../../handlers/join-leave.ts";
import type { KeptChannel } from "../../keep.ts";
import type { Core } from "../../node/core.ts";
import type { KeptChannels } from "../../node/kept-channels.ts";
import type { Session } from "../../session/session.ts";
import { joinChannel } from "./channel-frames.ts";
import { orKeepFailed } from "./kept-frames.ts";
import { fault, faultReplyFor, type Reply } from "./reply.ts";
import { sendStored } from "./stored-messages.ts";

/**
 * Joins a hub or broadcast. Where it has options and creates a kept room, they are stored first (PROTOCOL.md R148); where the channel
 * is kept, the join comes after what the session has missed (R143). `answer` is called in the turn in which the session becomes a
 * member: a message must not come before the result.
 */
export function joinKept(
  core: Core,
  session: Session,
  frame: Achex2Frame,
  kind: "hub" | "broadcast",
  request: JoinFrame,
  answer: (reply: Reply) => void,
): void | Promise<void> {
  const { joining } = frame;
  const { instance } = session;
  const { name, password } = request;
  const channel = core.channels.find(instance, kind, name);
  const enter = (isCreator: boolean) => (): Reply => joinChannel(core, session, frame, kind, request, isCreator);
  if (!joining?.options || channel) return joinAndRead(core, session, frame, kind, request, answer, enter(false));
  const obstacle = obstacleToJoin(core, session, kind, request);
  if (obstacle) return answer(faultReplyFor(obstacle));
  const admitting = core.rooms.admit({ instance, kind, name }, channel, session, { password, joining });
  if (!admitting) return joinAndRead(core, session, frame, kind, request, answer, enter(false));
  return admitting.then((admission) =>
    admission.kind === "admitted"
      ? joinAndRead(core, session, frame, kind, request, answer, enter(admission.isCreator), admission.isCreator)
      : answer(faultReplyFor(admission.reason)),
  );
}

/** Joins by `enter`; where the channel is kept, after the session has been sent what it has missed (PROTOCOL.md R143). */
export function joinAndRead(
  core: Core,
  session: Session,
  frame: Achex2Frame,
  kind: "hub" | "broadcast",
  request: JoinFrame,
  answer: (reply: Reply) => void,
  enter: () => Reply,
  isCreator = false,
): void | Promise<void> {
  const { kept } = core;
  const channel = kept?.at(session.instance, { kind, name: request.name });
  if (!kept || !channel) return answer(enter());
  const join = (): Reply =>
    orKeepFailed(core, () => {
      // Read first: a session whose join is rejected must not become a member.
      const isMember = core.channels.find(session.instance, kind, request.name)?.has(session) === true;
      const span = kept.keep.span(channel);
      const ahead = isMember ? kept.moves.aheadOf(session.id, channel) : undefined;
      const { epoch, seq } = ahead ?? { epoch: span.epoch, seq: span.head };
      const reply = enter();
      if ("fault" in reply) return reply;
      if (!isMember) kept.moves.entered(session.id, channel);
      return { result: `${reply.result.slice(0, -1)},"kept":{"epoch":"${epoch}","seq":${seq}}}` };
    });
  const since = frame.keeping?.since;
  const answerAtHead = (): void | Promise<void> => whenDelivered(kept, channel, () => answer(join()));
  if (!since || core.channels.find(session.instance, kind, request.name)?.has(session)) return answerAtHead();
  // Asked before anything is sent: what a channel holds is for those who may be in it.
  const obstacle = obstacleToJoin(core, session, kind, { ...request, isCreator });
  if (obstacle) return answer(faultReplyFor(obstacle));
  return sendStored(core, kept, session, channel, since, () => answer(join())).then((isDone) => {
    if (!isDone) answer(fault("keep-failed"));
  });
}

/** Runs `act` once everything that is stored in the channel has been delivered: who joins with its position must not be sent it again. */
function whenDelivered(kept: KeptChannels, channel: KeptChannel, act: () => void): void | Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const advance = (): boolean => {
    if (kept.isBlocked(channel, advance)) return false;
    act();
    resolve();
    return true;
  };
  return advance() ? undefined : promise;
}

/** Sends a session what its inbox holds for a device, after it has logged in (PROTOCOL.md R145). */
export function readInbox(core: Core, session: Session, device: string): Promise<void> | undefined {
  const { kept } = core;
  const { state, instance } = session;
  const channel = state.kind === "named" ? kept?.at(instance, { kind: "name", name: state.name }) : undefined;
  if (!kept || !channel) return undefined;
  kept.inboxReaders.begin(session, channel);
  const end = (): void => kept.inboxReaders.end(session, channel);
  return sendStored(core, kept, session, channel, { device }, end).then((isDone) => {
    if (!isDone) end();
  });
}
