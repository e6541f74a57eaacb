import type { Achex2Frame, JoinFrame, SendFrame } from "@achex/protocol";
import type { Cluster } from "../../cluster/cluster.ts";
import { obstacleToJoin } from "../../handlers/join-leave.ts";
import { serverstatInCluster } from "../../handlers/serverstat.ts";
import type { Core } from "../../node/core.ts";
import { entering } from "../../node/entering.ts";
import type { Admission } from "../../rooms/node-rooms.ts";
import type { Session } from "../../session/session.ts";
import { joinChannel } from "./channel-frames.ts";
import { answerInCluster, callInCluster } from "./cluster-calls.ts";
import { countElsewhere, membersInCluster } from "./cluster-members.ts";
import { type Answering, sendInCluster } from "./cluster-sends.ts";
import { joinAndRead } from "./kept-joins.ts";
import { type KeptSending, sendAndKeep } from "./kept-sends.ts";
import { partReply, prepareMessage } from "./message-frames.ts";
import { fault, faultReplyFor, type Reply } from "./reply.ts";
import { sendOnce } from "./send-once.ts";

/** What a node of a cluster handles in another way than a relay that is alone. */
export interface ClusterFrame {
  readonly frame: Achex2Frame;
  readonly body: Uint8Array | undefined;
  reply(reply: Reply): void;
}

const SAME = "same";

/**
 * Handles a frame in a cluster. When it returns a promise, later frames of the session wait; `same` is a frame that is handled as by a
 * relay that is alone.
 */
export function routeInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  { frame, body, reply }: ClusterFrame,
): void | Promise<void> | typeof SAME {
  const { request, ref } = frame;
  switch (request.verb) {
    case "send":
      return handleSend(core, cluster, session, frame, request, body, {
        wantsResult: ref !== undefined || session.reports !== undefined,
        reply,
      });
    case "join":
      return handleJoin(core, cluster, session, frame, "hub", request, reply);
    case "register":
      return handleJoin(core, cluster, session, frame, "broadcast", request, reply);
    case "members":
      return membersInCluster(core, cluster, session, request, reply);
    case "serverstat":
      return serverstatInCluster(core, cluster, session, (text) => {
        if (text === undefined) return reply(fault("not-logged-in"));
        if (ref === undefined) session.send(text);
        reply({ result: text });
      });
    default:
      return SAME;
  }
}

function handleSend(
  core: Core,
  cluster: Cluster,
  session: Session,
  { refPrefixLength, sending, keeping, call, answer }: Achex2Frame,
  request: SendFrame,
  body: Uint8Array | undefined,
  answering: Answering,
): void | Promise<void> {
  const { wantsResult, reply } = answering;
  const message = prepareMessage(session, request, refPrefixLength, body, sending?.latest);
  if (!("payload" in message)) return reply(message);
  if (call) return callInCluster(core, cluster, session, message, call, body, answering);
  if (answer) return answerInCluster(core, cluster, session, message, answer, answering);
  const id = keeping?.id;
  const ordinary: KeptSending["ordinary"] = (one, answerOne) =>
    sendInCluster(core, cluster, session, one, {
      // It is remembered for a repetition.
      wantsResult: wantsResult || id !== undefined,
      conclude: (part, node) => answerOne(partReply(one.targets, part, node)),
    });
  const send = (answerOne: (known: Reply) => void): void | Promise<void> =>
    sending?.latest === undefined
      ? sendAndKeep(core, session, message, id, answerOne, { wantsResult: wantsResult || id !== undefined, ordinary })
      : ordinary(message, answerOne);
  return id === undefined ? send(reply) : sendOnce(core, session, message, id, reply, send);
}

function handleJoin(
  core: Core,
  cluster: Cluster,
  session: Session,
  frame: Achex2Frame,
  kind: "hub" | "broadcast",
  request: JoinFrame,
  reply: (reply: Reply) => void,
): void | Promise<void> {
  const { instance } = session;
  const { name, password } = request;
  const obstacle = obstacleToJoin(core, session, kind, request);
  if (obstacle) return reply(faultReplyFor(obstacle));
  const channel = { instance, kind, name };
  const join = (admission: Admission | undefined, elsewhere: number): void | Promise<void> => {
    if (admission?.kind === "refused") return reply(faultReplyFor(admission.reason));
    const isCreator = admission?.isCreator ?? false;
    const enter = (): Reply => joinChannel(core, session, frame, kind, request, isCreator, elsewhere);
    return joinAndRead(core, session, frame, kind, request, reply, enter, isCreator);
  };
  return entering(core, [channel], frame.presence ? [{ presence: true }] : [], () => {
    const counting = frame.ref === undefined ? undefined : countElsewhere(cluster, channel);
    const present = core.channels.find(instance, kind, name);
    const admitting = core.rooms.admit(channel, present, session, { password, joining: frame.joining });
    if (!counting && !admitting) return join(undefined, 0);
    // The channel stays entered until then.
    return Promise.all([admitting, counting]).then(([admission, elsewhere = 0]) => join(admission, elsewhere));
  });
}
