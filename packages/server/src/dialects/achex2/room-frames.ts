import type { Achex2Request, RoomAddress, RoomJoin, SendFrame, StateWrite } from "@achex/protocol";
import type { Channel, Membership } from "../../delivery/channels.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import type { OptionsOutcome, WriteOutcome } from "../../state.ts";
import { emptyReply, fault, type Reply, result } from "./reply.ts";

type Request<Verb> = Extract<Achex2Request, { verb: Verb }>;

/** Charged for each key of a write: checking and storing it takes as long as reading so many bytes. */
const BYTES_PER_KEY = 256;

const channelOf = (core: Core, session: Session, { kind, name }: RoomAddress): Channel | undefined =>
  core.channels.find(session.instance, kind, name);

/** What a join asks of a room, after the session has entered it (PROTOCOL.md R101, R111, R122). */
export function useRoom(
  core: Core,
  session: Session,
  membership: Membership,
  joining: RoomJoin,
  wasMember: boolean,
): void {
  const { channel } = membership;
  const { seat, state } = joining;
  if (wasMember && seat !== undefined && core.rooms.seat(session, membership, seat))
    core.presence.seatChanged(session, membership);
  const room = state === true ? core.rooms.open(channel) : core.rooms.find(channel);
  if (!room) return;
  const { bytesOut } = core.counters;
  room.follow(session, joining);
  // What the session is sent; anything that others are sent counts as deliveries.
  if (state === true) session.chargeBytes(core.counters.bytesOut - bytesOut);
}

/** A write to the state of a room (PROTOCOL.md R104). */
export function writeState(
  core: Core,
  session: Session,
  { room: address, write }: Request<"write">,
): Reply | Promise<Reply> {
  const channel = channelOf(core, session, address);
  if (!channel?.has(session)) return fault("not-member");
  const room = core.rooms.open(channel);
  session.chargeBytes(keysOf(write) * BYTES_PER_KEY);
  const outcome = room.write(write, session.id);
  const answer = (known: WriteOutcome): Reply => {
    const owed = room.takeOwed();
    if (owed) session.chargeDeliveries(owed.deliveries, owed.bytes);
    return replyTo(known);
  };
  return outcome instanceof Promise ? outcome.then(answer) : answer(outcome);
}

const keysOf = ({ values, deletions, increments, conditions }: StateWrite): number =>
  values.size + deletions.length + increments.size + conditions.size;

function replyTo(outcome: WriteOutcome): Reply {
  switch (outcome.kind) {
    case "written": {
      const { version, sums } = outcome;
      return sums.size === 0
        ? { result: `{"version":${version}}` }
        : result({ version, values: Object.fromEntries(sums) });
    }
    case "state-conflict": {
      const { key, version, value } = outcome;
      const present = value === undefined ? "" : `,"value":${value}`;
      return { fault: outcome.kind, details: `,"key":${JSON.stringify(key)},"version":${version}${present}` };
    }
    case "stale-term":
      return staleTerm(outcome.term);
    default:
      return fault(outcome.kind);
  }
}

const staleTerm = (term: number): Reply => ({ fault: "stale-term", details: term > 0 ? `,"term":${term}` : "" });

/** Why a message with a term is rejected; undefined when it is not (PROTOCOL.md R114). */
export function obstacleToTerm(core: Core, session: Session, { targets }: SendFrame, term: number): Reply | undefined {
  const [target] = targets;
  if (targets.length !== 1 || (target?.kind !== "hub" && target?.kind !== "broadcast")) return fault("bad-value");
  const channel = channelOf(core, session, target);
  const present = (channel && core.rooms.find(channel)?.state.term) ?? 0;
  return present === term && present > 0 ? undefined : staleTerm(present);
}

/** The room that the session is host of. */
function hostedRoom(core: Core, session: Session, address: RoomAddress) {
  const channel = channelOf(core, session, address);
  const room = channel && core.rooms.find(channel);
  return room?.state.host === session.id ? room : undefined;
}

/** PROTOCOL.md R120. */
export function setRoomOptions(
  core: Core,
  session: Session,
  { room: address, options }: Request<"setOptions">,
): Reply | Promise<Reply> {
  const room = hostedRoom(core, session, address);
  if (!room) return fault("not-host");
  const outcome = room.setOptions(options);
  return outcome instanceof Promise ? outcome.then(optionsReply) : optionsReply(outcome);
}

export const optionsReply = (outcome: OptionsOutcome): Reply =>
  outcome.kind === "set" ? emptyReply : fault(outcome.kind);

/** PROTOCOL.md R113. */
export function handOver(core: Core, session: Session, { room: address, sid }: Request<"handOver">): Reply {
  const room = hostedRoom(core, session, address);
  if (!room) return fault("not-host");
  return room.handOver(sid) ? result({ term: room.state.term }) : fault("not-candidate");
}
