import { type Address, type FaultCode, joinBinary, type SendFrame, stamped, stampedWithoutRef } from "@achex/protocol";
import type { Channel } from "../../delivery/channels.ts";
import { nextThatAccepts } from "../../delivery/receivers.ts";
import type { Sink } from "../../engine.ts";
import type { Core } from "../../node/core.ts";
import type { Call } from "../../node/open-calls.ts";
import type { Session } from "../../session/session.ts";
import type { Payload } from "../../socket.ts";
import { fault, noReceiver, type Reply, sendResult } from "./reply.ts";

/** A message of achex.2, stamped and ready to send. */
export interface OutgoingMessage {
  readonly instance: string;
  readonly targets: readonly Address[];
  /** Id of the session that must not receive it. */
  readonly except: number | undefined;
  /** Text, or a whole binary frame. */
  readonly payload: Payload;
  /** See Message.latest. */
  readonly latest: string | undefined;
}

/** Who accepted a message, and why others did not. */
export interface OfferResult {
  /** Session ids. */
  readonly takers: readonly number[];
  /** How many of them are away. */
  readonly heldCount: number;
  /** Addressed sessions of a legacy dialect, which has no such message. */
  readonly legacyCount: number;
  /** Addressed sessions whose connection is about to end. */
  readonly backlogCount: number;
}

/** The stamped message, or the fault that prevents it. */
export function prepareMessage(
  session: Session,
  { targets, text }: SendFrame,
  refPrefixLength: number,
  body: Uint8Array | undefined,
  latestKey?: string,
): OutgoingMessage | Reply {
  const { state, instance } = session;
  if (state.kind !== "named") return fault("not-logged-in");
  const header =
    refPrefixLength > 0 ? stampedWithoutRef(text, refPrefixLength, state.stamp) : stamped(text, state.stamp);
  const payload = body ? joinBinary(header, body) : header;
  if (payload === undefined) return fault("bad-binary");
  const except = targets[0]?.kind === "hub" ? session.id : undefined;
  const latest = latestKey === undefined ? undefined : JSON.stringify([session.id, latestKey, targets]);
  return { instance, targets, except, payload, latest };
}

/** What became of a message on one node. */
export interface Part {
  readonly taken: number;
  readonly held: number;
  readonly dialect: number;
  readonly backlog: number;
  /** Targets that lead to nobody; never a hub or broadcast. */
  readonly missing: readonly (string | number)[];
}

const NOBODY: Omit<Part, "missing"> = { taken: 0, held: 0, dialect: 0, backlog: 0 };

/** The reply to a message (PROTOCOL.md R11); `node` is the number of nodes that did not answer. */
export function partReply(targets: readonly Address[], part: Part, node = 0): Reply {
  if (part.missing.length === targets.length && node === 0) return noReceiver(targets);
  return sendResult(part.taken, { ...part, node });
}

/** Sends a message to the sessions of this node alone. */
export function sendHere(core: Core, message: OutgoingMessage): Part {
  if (message.targets.length === 0) return { ...NOBODY, missing: [] };
  if (typeof message.payload !== "string") return sendBinaryPart(core, message);
  if (message.targets.length > 1) return sendToMany(core, message);
  const { heldDeliveries } = core.counters;
  const taken = core.deliver.sink(message);
  const held = core.counters.heldDeliveries - heldDeliveries;
  const backlog = taken > 0 ? 0 : core.deliver.resolve(message).length;
  return {
    ...NOBODY,
    taken,
    held,
    backlog,
    missing: taken + backlog > 0 ? [] : message.targets.flatMap(writtenTarget),
  };
}

/** A target as the sender wrote it; none for a hub or broadcast, which may be empty. */
export function writtenTarget(target: Address): (string | number)[] {
  if (target.kind === "session") return [target.id];
  return target.kind === "name" ? [target.name] : [];
}

/** An ordinary message (PROTOCOL.md R11). */
export function sendText(core: Core, message: OutgoingMessage, publish: Sink = core.engine.publish): Reply {
  if (message.targets.length > 1) return partReply(message.targets, sendToMany(core, message));
  const { heldDeliveries } = core.counters;
  const taken = publish(message);
  const held = core.counters.heldDeliveries - heldDeliveries;
  if (taken > 0) return held === 0 ? sendResult(taken) : sendResult(taken, { held });
  // Nobody accepted it: either there was nobody, or all their connections are about to end.
  const backlog = core.deliver.resolve(message).length;
  return backlog === 0 ? noReceiver(message.targets) : sendResult(0, { backlog });
}

function sendToMany(core: Core, message: OutgoingMessage): Part {
  const missing = missingOf(core, message);
  if (missing.length === message.targets.length) return { ...NOBODY, missing };
  const members = core.deliver.resolve(message);
  const { taken, held } = sendToSessions(
    core,
    message,
    members.map(({ id }) => id),
  );
  return { ...NOBODY, taken, held, backlog: members.length - taken, missing };
}

/** A binary message, which legacy dialects cannot receive (PROTOCOL.md R40, R41). */
export const sendBinary = (core: Core, message: OutgoingMessage): Reply =>
  partReply(message.targets, sendBinaryPart(core, message));

function sendBinaryPart(core: Core, message: OutgoingMessage): Part {
  const missing = missingOf(core, message);
  if (missing.length === message.targets.length) return { ...NOBODY, missing };
  if ((rotationOf(core, message)?.size ?? 1) === 1) {
    const { achex2, legacyCount } = splitByDialect(core, message);
    const { taken, held } = sendToSessions(core, message, achex2);
    if (held > 0) noteHeldTurn(core, message, achex2);
    return { taken, held, dialect: legacyCount, backlog: achex2.length - taken, missing };
  }
  const offered = offerToAchex2(core, message);
  // Only a call can find all sessions busy.
  if (typeof offered === "string") return { ...NOBODY, missing };
  const { takers, heldCount, legacyCount, backlogCount } = offered;
  if (heldCount > 0) noteHeldTurn(core, message, takers);
  return { taken: takers.length, held: heldCount, dialect: legacyCount, backlog: backlogCount, missing };
}

/** Targets that lead to nobody, as the sender wrote them. Empty hubs and broadcasts are not missing. */
function missingOf(core: Core, { instance, targets }: OutgoingMessage): (string | number)[] {
  const missing: (string | number)[] = [];
  for (const target of targets) {
    if (target.kind === "session") {
      if (core.deliver.resolve({ instance, targets: [target], except: undefined }).length === 0)
        missing.push(target.id);
    } else if (target.kind === "name" && !isReached(core, instance, target.name))
      // A name may be left to sessions that have ended and only have frames to be handled.
      missing.push(target.name);
  }
  return missing;
}

/** Whether anybody has the name, one that is moving to another node included. */
const isReached = ({ channels, moving }: Core, instance: string, name: string): boolean =>
  (channels.find(instance, "name", name)?.connected ?? 0) > 0 || moving.isIn({ instance, kind: "name", name });

/** Sends to sessions that were resolved before, so that the rotation of a service advances only once. */
function sendToSessions(
  { engine, counters }: Core,
  { instance, payload, latest }: OutgoingMessage,
  ids: readonly number[],
): { readonly taken: number; readonly held: number } {
  const targets = ids.map((id): Address => ({ kind: "session", id }));
  const { heldDeliveries } = counters;
  const taken = targets.length === 0 ? 0 : engine.publish({ instance, targets, payload, except: undefined, latest });
  return { taken, held: counters.heldDeliveries - heldDeliveries };
}

/** Sends to one achex.2 session of the instance; false when its connection is about to end. */
export const sendToSession = (core: Core, { instance, payload, latest }: OutgoingMessage, id: number): boolean =>
  core.engine.publish({ instance, targets: [{ kind: "session", id }], payload, except: undefined, latest }) > 0;

export interface OfferConditions {
  /** Returns the fault that prevents sending, given the number of receiving sessions. */
  obstacleTo?(sessions: number): FaultCode | undefined;
  /** Whether a session may receive another call. */
  hasRoom?(id: number): boolean;
}

/**
 * Sends to those addressed sessions that speak achex.2. `obstacleTo` may prevent it by a fault, given their number. Where
 * sessions take turns, it goes to the next one that accepts it.
 */
export function offerToAchex2(
  core: Core,
  message: OutgoingMessage,
  conditions: OfferConditions = {},
): OfferResult | FaultCode {
  const rotation = rotationOf(core, message);
  if (rotation) return offerInTurn(core, message, rotation, conditions);
  const { obstacleTo, hasRoom } = conditions;
  const { achex2, legacyCount } = splitByDialect(core, message);
  const obstacle = obstacleTo?.(achex2.length);
  if (obstacle) return obstacle;
  const free = hasRoom ? achex2.filter(hasRoom) : achex2;
  if (free.length === 0 && achex2.length > 0) return "callee-busy";
  const { heldDeliveries } = core.counters;
  const takers = free.filter((id) => sendToSession(core, message, id));
  const heldCount = core.counters.heldDeliveries - heldDeliveries;
  return { takers, heldCount, legacyCount, backlogCount: free.length - takers.length };
}

function offerInTurn(
  core: Core,
  message: OutgoingMessage,
  rotation: Channel,
  { obstacleTo, hasRoom }: OfferConditions,
): OfferResult | FaultCode {
  const obstacle = obstacleTo?.(1);
  if (obstacle) return obstacle;
  const { heldDeliveries } = core.counters;
  let legacyCount = 0;
  let backlogCount = 0;
  let isBusy = false;
  const taker = nextThatAccepts(rotation, ({ id, isClosed }) => {
    if (isClosed) return false;
    if (core.sessions.get(id)?.endpoint.dialect !== "achex.2") legacyCount = 1;
    else if (hasRoom && !hasRoom(id)) isBusy = true;
    else if (sendToSession(core, message, id)) return true;
    else backlogCount = 1;
    return false;
  });
  const heldCount = core.counters.heldDeliveries - heldDeliveries;
  if (taker) return { takers: [taker.id], heldCount, legacyCount: 0, backlogCount: 0 };
  return isBusy ? "callee-busy" : { takers: [], heldCount, legacyCount, backlogCount };
}

function splitByDialect(
  core: Core,
  message: OutgoingMessage,
): { readonly achex2: readonly number[]; readonly legacyCount: number } {
  const all = core.deliver.resolve(message).map(({ id }) => id);
  const achex2 = all.filter((id) => core.sessions.get(id)?.endpoint.dialect === "achex.2");
  return { achex2, legacyCount: all.length - achex2.length };
}

/** The channel whose sessions take turns, if the message is sent to one. */
function rotationOf(core: Core, { instance, targets }: OutgoingMessage): Channel | undefined {
  const [only] = targets;
  if (targets.length !== 1 || only?.kind !== "name") return undefined;
  const channel = core.channels.find(instance, "name", only.name);
  return channel?.owner?.roundRobin ? channel : undefined;
}

/** Remembers a message that a session was given in turn while it is away, because another one may be given it (PROTOCOL.md R78). */
export function noteHeldTurn(core: Core, message: OutgoingMessage, takers: readonly number[], call?: Call): void {
  // A latest-value message is not held in a log.
  const channel = message.latest === undefined ? rotationOf(core, message) : undefined;
  const [taker] = takers;
  const session = channel && taker !== undefined ? core.sessions.get(taker) : undefined;
  if (channel && session) core.turnHolds.taken(session, channel, call);
}
