import {
  type Achex2Frame,
  type DropReason,
  faultFrame,
  type LoginFrame,
  latencyFrame,
  parseAchex2,
  parseBinary,
  refOf,
  resultFrame,
  type SendFrame,
  splitBinary,
  withoutRefPrefix,
} from "@achex/protocol";
import type { Cluster } from "../../cluster/cluster.ts";
import { leave, unregister } from "../../handlers/join-leave.ts";
import { login } from "../../handlers/login.ts";
import { serverstat } from "../../handlers/serverstat.ts";
import { orderInCluster } from "../../node/cluster-order.ts";
import type { Core } from "../../node/core.ts";
import { retire } from "../../node/name-ownership.ts";
import type { Eventual } from "../../rooms/node-rooms.ts";
import type { Session } from "../../session/session.ts";
import type { Payload } from "../../socket.ts";
import { handleAnswer, handleCall } from "./call-frames.ts";
import { handleWatch, membersPage } from "./channel-frames.ts";
import { confirmInbox, historyPage } from "./kept-frames.ts";
import { joinKept, readInbox } from "./kept-joins.ts";
import { sendAndKeep } from "./kept-sends.ts";
import { type OutgoingMessage, prepareMessage, sendBinary, sendText } from "./message-frames.ts";
import { emptyReply, fault, faultReplyFor, type Reply, result } from "./reply.ts";
import { handOver, obstacleToTerm, setRoomOptions, writeState } from "./room-frames.ts";
import { routeInCluster } from "./route-cluster.ts";
import { sendOnce } from "./send-once.ts";

/** Handles a frame of achex.2, text or binary: the only dispatch of this dialect. */
export function routeAchex2(core: Core, session: Session, payload: Payload): void | Promise<void> {
  if (typeof payload === "string") return handleFrame(core, session, parseAchex2(payload, core.limits), undefined);
  const { frame, body } = parseBinary(payload, core.limits);
  return handleFrame(core, session, frame, body);
}

/** Rejects a frame that was not parsed. If it begins with a `$ref`, its sender gets the fault and does not wait (PROTOCOL.md R6). */
export function rejectAchex2(core: Core, session: Session, payload: Payload, reason: DropReason): void {
  const text = typeof payload === "string" ? payload : splitBinary(payload)?.header;
  sendReply(core, session, text === undefined ? undefined : refOf(text), faultReplyFor(reason));
}

/** Replies to a frame that has a `$ref`. Without one, success is silent and faults are throttled (PROTOCOL.md R6, R8). */
function sendReply(core: Core, session: Session, ref: number | undefined, reply: Reply): void {
  replyOnly(core, session, ref, reply);
  session.reports?.report("fault" in reply ? reply : emptyReply);
}

function replyOnly(core: Core, session: Session, ref: number | undefined, reply: Reply): void {
  if ("fault" in reply) {
    core.counters.fault(reply.fault);
    if (ref === undefined) core.faultThrottle.report(session, reply.fault);
    else session.send(faultFrame(ref, reply.fault, reply.details));
  } else if (ref !== undefined) session.send(resultFrame(ref, reply.result));
}

/** Replies to a message. The result may be delayed for a moment, because most frames are messages and it saves system calls. */
function sendMessageReply(core: Core, session: Session, ref: number | undefined, reply: Reply): void {
  if (ref !== undefined && "result" in reply) session.sendAck(resultFrame(ref, reply.result));
  else replyOnly(core, session, ref, reply);
  session.reports?.report(reply);
}

function handleFrame(
  core: Core,
  session: Session,
  frame: Achex2Frame,
  body: Uint8Array | undefined,
): void | Promise<void> {
  const { ref, request } = frame;
  const storing = core.kept?.waitFor(session);
  if (storing && !isKeptSend(core, session, frame)) return storing.then(() => handleFrame(core, session, frame, body));
  const term = frame.sending?.term;
  if (request.verb === "send" && term !== undefined)
    return whenKnown(obstacleToTerm(core, session, request, term), (obstacle) =>
      obstacle ? sendMessageReply(core, session, ref, obstacle) : handleChecked(core, session, frame, body),
    );
  return handleChecked(core, session, frame, body);
}

/** Handles a frame that is in the term it was meant for. */
function handleChecked(
  core: Core,
  session: Session,
  frame: Achex2Frame,
  body: Uint8Array | undefined,
): void | Promise<void> {
  const { ref, request } = frame;
  if (core.cluster) {
    if (request.verb === "send" && staysHere(core, core.cluster, session, frame, request))
      return sendHere(core, session, frame, request, body);
    const waiting =
      core.kept && request.verb === "send" && orderInCluster(core, session, storedPart(core, session, frame, request));
    if (waiting) return waiting.then(() => handleFrame(core, session, frame, body));
    const reply = (known: Reply): void =>
      request.verb === "send" ? sendMessageReply(core, session, ref, known) : sendReply(core, session, ref, known);
    const handled = routeInCluster(core, core.cluster, session, { frame, body, reply });
    if (handled !== "same") return handled;
  }
  switch (request.verb) {
    case "login":
      return handleLogin(core, session, frame, request);
    case "latency":
      session.measureLatency((milliseconds) => {
        if (milliseconds === undefined) replyOnly(core, session, ref, fault("no-pong"));
        else if (ref === undefined) session.send(latencyFrame(milliseconds));
        else replyOnly(core, session, ref, result({ milliseconds: Math.max(0, Math.round(milliseconds)) }));
      });
      session.reports?.report(emptyReply);
      return;
    case "echo":
      if (ref === undefined) session.send(request.text);
      return sendReply(core, session, ref, { result: withoutRefPrefix(request.text, frame.refPrefixLength) });
    case "serverstat":
      return answerServerstat(core, session, ref);
    case "time":
      if (ref === undefined) session.sendUncounted(JSON.stringify({ $time: core.clock.time() }));
      return sendReply(core, session, ref, result({ time: core.clock.time() }));
    case "join":
      return joinKept(core, session, frame, "hub", request, (reply) => sendReply(core, session, ref, reply));
    case "register":
      return joinKept(core, session, frame, "broadcast", request, (reply) => sendReply(core, session, ref, reply));
    case "write":
      return whenKnown(writeState(core, session, request), (reply) => sendReply(core, session, ref, reply));
    case "setOptions":
      return whenKnown(setRoomOptions(core, session, request), (reply) => sendReply(core, session, ref, reply));
    case "handOver":
      return whenKnown(handOver(core, session, request), (reply) => sendReply(core, session, ref, reply));
    case "confirm":
      return whenKnown(confirmInbox(core, session, request), (reply) => sendReply(core, session, ref, reply));
    case "send":
      return handleSend(core, session, frame, request, body);
    default:
      return sendReply(core, session, ref, replyTo(core, session, frame, request));
  }
}

/** Passes on a value that may not be known yet. */
function whenKnown<Value>(value: Eventual<Value>, act: (value: Value) => void | Promise<void>): void | Promise<void> {
  return value instanceof Promise ? value.then(act) : act(value);
}

/** Logs in. With `$inbox`, what it holds follows the reply (PROTOCOL.md R145). */
function handleLogin(
  core: Core,
  session: Session,
  { ref, keeping }: Achex2Frame,
  request: LoginFrame,
): void | Promise<void> {
  let reading: Promise<void> | undefined;
  const checking = login(core, session, request, (_core, _session, refusal) => {
    sendReply(core, session, ref, refusal ? fault(refusal) : result({ name: nameOf(session) }));
    if (!refusal && keeping?.inbox !== undefined) reading = readInbox(core, session, keeping.inbox);
  });
  return checking ? checking.then(() => reading) : reading;
}

/** Whether a frame is a message to one kept channel; those of a session are stored together. */
const isKeptSend = (core: Core, session: Session, frame: Achex2Frame): boolean =>
  frame.request.verb === "send" && frame.request.targets.length === 1 && isStored(core, session, frame, frame.request);

/** Whether a message is stored for at least one of its targets (PROTOCOL.md R140). */
const isStored = (
  { kept }: Core,
  { instance }: Session,
  { call, answer, sending }: Achex2Frame,
  { targets }: SendFrame,
): boolean =>
  kept !== undefined &&
  !call &&
  !answer &&
  sending?.latest === undefined &&
  targets.some((target) => kept.at(instance, target));

const storedPart = (core: Core, session: Session, frame: Achex2Frame, request: SendFrame): "all" | "some" | "none" =>
  !isStored(core, session, frame, request) ? "none" : request.targets.length === 1 ? "all" : "some";

/** Nearly all messages of clients that share a node: as on a relay that is alone, without a second look at where they go. */
function sendHere(
  core: Core,
  session: Session,
  { ref, refPrefixLength, sending }: Achex2Frame,
  request: SendFrame,
  body: Uint8Array | undefined,
): void {
  const message = prepareMessage(session, request, refPrefixLength, body, sending?.latest);
  if (!("payload" in message)) sendMessageReply(core, session, ref, message);
  else if (body) sendMessageReply(core, session, ref, sendBinary(core, message));
  else sendMessageReply(core, session, ref, sendText(core, message, core.deliver.sink));
}

/** Whether a message is an ordinary one, not stored, that no other node has a receiver of. */
const staysHere = (core: Core, cluster: Cluster, session: Session, frame: Achex2Frame, request: SendFrame): boolean =>
  !frame.call &&
  !frame.answer &&
  frame.keeping?.id === undefined &&
  !cluster.reachesOthers(session.instance, request.targets) &&
  !isStored(core, session, frame, request);

function handleSend(
  core: Core,
  session: Session,
  frame: Achex2Frame,
  request: SendFrame,
  body: Uint8Array | undefined,
): void | Promise<void> {
  const { ref, keeping, refPrefixLength, sending } = frame;
  const message = prepareMessage(session, request, refPrefixLength, body, sending?.latest);
  if (!("payload" in message)) return sendMessageReply(core, session, ref, message);
  const id = keeping?.id;
  // Nearly all messages, also on a relay that keeps other channels: without closures.
  if (id === undefined && !isStored(core, session, frame, request))
    return sendMessageReply(core, session, ref, sendMessage(core, session, frame, message, body));
  const send = (answer: (reply: Reply) => void): void | Promise<void> =>
    isStored(core, session, frame, request)
      ? sendAndKeep(core, session, message, id, answer)
      : answer(sendMessage(core, session, frame, message, body));
  const answer = (reply: Reply): void => sendMessageReply(core, session, ref, reply);
  return id === undefined ? send(answer) : sendOnce(core, session, message, id, answer, send);
}

function sendMessage(
  core: Core,
  session: Session,
  { call, answer }: Achex2Frame,
  message: OutgoingMessage,
  body: Uint8Array | undefined,
): Reply {
  if (call) return handleCall(core, session, message, call, body);
  if (answer) return handleAnswer(core, session, message, answer);
  return body ? sendBinary(core, message) : sendText(core, message);
}

type SimpleRequest = Exclude<
  Achex2Frame["request"],
  {
    verb:
      | "login"
      | "latency"
      | "echo"
      | "serverstat"
      | "time"
      | "send"
      | "write"
      | "join"
      | "register"
      | "setOptions"
      | "handOver"
      | "confirm";
  }
>;

function replyTo(core: Core, session: Session, frame: Achex2Frame, request: SimpleRequest): Reply {
  switch (request.verb) {
    case "history":
      return historyPage(core, session, request.channel, request.page);
    case "leave":
      return leave(core, session, request.name) ? emptyReply : fault("not-member");
    case "unregister":
      return unregister(core, session, request.name) ? emptyReply : fault("not-member");
    case "members":
      return membersPage(core, session, request.kind, request.name, request.after);
    case "watch":
    case "unwatch":
      return handleWatch(core, session, frame.ref, request);
    case "retire":
      return retire(core, session) ? emptyReply : fault("not-logged-in");
    // Those in their place are read on arrival, so one that comes here is misplaced or its session is not resumable.
    case "resume":
      return fault("resume-late");
    case "seen":
      return fault("resume-off");
    case "refused":
      return fault(request.code);
    case "badLogin":
      core.counters.login("bad-name");
      return fault("bad-name");
    case "badJoin":
    case "drop":
      return faultReplyFor(request.reason);
  }
}

function answerServerstat(core: Core, session: Session, ref: number | undefined): void {
  const text = serverstat(core, session);
  if (text === undefined) {
    sendReply(core, session, ref, fault("not-logged-in"));
    return;
  }
  if (ref === undefined) session.send(text);
  sendReply(core, session, ref, { result: text });
}

const nameOf = ({ state }: Session): string => (state.kind === "named" ? state.name : "");
