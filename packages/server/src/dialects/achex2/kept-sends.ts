import type { Address } from "@achex/protocol";
import type { KeptChannel } from "../../keep.ts";
import type { Core } from "../../node/core.ts";
import type { KeptChannels } from "../../node/kept-channels.ts";
import type { KeptSend } from "../../node/kept-sends.ts";
import type { Session } from "../../session/session.ts";
import { keptReply } from "./kept-frames.ts";
import { type OutgoingMessage, sendBinary, sendText } from "./message-frames.ts";
import { type Reply, result } from "./reply.ts";

type Answer = (reply: Reply) => void;

/** The only target of a message, if that is a kept channel. */
function keptTarget(
  { kept }: Pick<Core, "kept">,
  instance: string,
  targets: readonly Address[],
): KeptChannel | undefined {
  const [target] = targets;
  return kept && target && targets.length === 1 ? kept.at(instance, target) : undefined;
}

/**
 * Sends an ordinary message, or stores it first where its channel is kept (PROTOCOL.md R140). When it returns a promise, the next
 * frames of the session wait.
 */
export function sendAndKeep(
  core: Core,
  session: Session,
  message: OutgoingMessage,
  id: string | undefined,
  answer: Answer,
  { wantsResult, ordinary }: KeptSending = { wantsResult: true, ordinary: sendHere(core) },
): void | Promise<void> {
  const { kept } = core;
  const channel = keptTarget(core, message.instance, message.targets);
  if (kept && channel) return store(kept, session, { ...message, channel, wantsResult }, id, answer);
  if (kept && message.targets.length > 1)
    return sendToList(kept, session, message, id, answer, { wantsResult, ordinary });
  return ordinary(message, answer);
}

/** How messages are sent that are stored together with others, or not at all. */
export interface KeptSending {
  /** The sender learns how many sessions of other nodes took them. */
  readonly wantsResult: boolean;
  /** Sends what is not stored, and answers, perhaps later. */
  ordinary(message: OutgoingMessage, answer: Answer): void | Promise<void>;
}

const sendHere =
  (core: Core): KeptSending["ordinary"] =>
  (message, answer) =>
    answer(sendOrdinary(core, message));

const sendOrdinary = (core: Core, message: OutgoingMessage): Reply =>
  typeof message.payload === "string" ? sendText(core, message) : sendBinary(core, message);

function store(
  kept: KeptChannels,
  session: Session,
  { channel, payload, except, wantsResult }: Pick<KeptSend, "channel" | "payload" | "except" | "wantsResult">,
  id: string | undefined,
  answer: Answer,
): Promise<void> | undefined {
  // An id is unique for its sender only.
  const sender = session.state.kind === "named" ? session.state.name : "";
  const scoped = id === undefined ? undefined : `${sender}\0${id}`;
  kept.send(session, { channel, payload, except, id: scoped, wantsResult }, (outcome) =>
    answer(keptReply(outcome, channel.kind === "name")),
  );
  // Reports name the frame that is being handled, so the frames of such a session are stored one by one.
  return session.reports ? kept.waitFor(session) : kept.waitForRoom(session);
}

/** What a result says, for adding up those of a list. */
interface Sum {
  taken: number;
  held: number;
  missing: (string | number)[];
  missed: { node?: number };
}

/** Each kept channel of a list is served as if the message had been sent to it alone (PROTOCOL.md R140). */
function sendToList(
  kept: KeptChannels,
  session: Session,
  message: OutgoingMessage,
  id: string | undefined,
  answer: Answer,
  { wantsResult, ordinary }: KeptSending,
): void | Promise<void> {
  const { instance, targets } = message;
  const channels = targets.flatMap((target) => kept.at(instance, target) ?? []);
  if (channels.length === 0) return ordinary(message, answer);
  const others = targets.filter((target) => !kept.at(instance, target));
  const replies: Reply[] = [];
  // The first reply is that to the others.
  const sending = others.length > 0 && ordinary({ ...message, targets: others }, (reply) => replies.unshift(reply));
  for (const channel of channels)
    void store(kept, session, { ...message, channel, wantsResult }, id, (reply) => replies.push(reply));
  const conclude = (): void => answer(sumOf(replies, others));
  // Nothing is being stored when all of them were rejected at once.
  const storing = kept.waitFor(session);
  return storing || sending ? Promise.all([storing, sending]).then(conclude) : conclude();
}

function sumOf(replies: readonly Reply[], others: readonly Address[]): Reply {
  const sum: Sum = { taken: 0, held: 0, missing: [], missed: {} };
  const first = replies.find((reply) => "fault" in reply);
  if (first && replies.every((reply) => "fault" in reply)) return first;
  for (const reply of replies) {
    if (!("result" in reply)) continue;
    const { taken = 0, held = 0, missing = [], missed = {} }: Partial<Sum> = JSON.parse(reply.result);
    if (missed.node !== undefined) sum.missed.node = Math.max(sum.missed.node ?? 0, missed.node);
    sum.taken += taken;
    sum.held += held;
    sum.missing.push(...missing);
  }
  // The reply to the others is the first; they are missing as a whole if it is a fault.
  const [ordinary] = replies;
  if (others.length > 0 && ordinary && "fault" in ordinary)
    sum.missing.push(...others.map((other) => (other.kind === "session" ? other.id : other.name)));
  const { taken, held, missing, missed } = sum;
  const missedPart = missed.node !== undefined && { missed };
  return result({ taken, ...(held > 0 && { held }), ...missedPart, ...(missing.length > 0 && { missing }) });
}
