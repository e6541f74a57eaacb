import type { Achex2Request, RoomAddress, RoomJoin, SendFrame, StateWrite } from "@achex/protocol";
import type { Channel, Membership } from "../../delivery/channels.ts";
import type { Core } from "../../node/core.ts";
import type { Eventual, HandOverReply, OptionsReply, TermReply, Undecided } from "../../rooms/node-rooms.ts";
import type { Session } from "../../session/session.ts";
import type { WriteOutcome } from "../../state.ts";
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
  const { bytesOut } = core.counters;
  if (core.rooms.use(session, membership, joining, wasMember)) core.presence.seatChanged(session, membership);
  // What the session is sent; anything that others are sent counts as deliveries.
  if (joining.state === true) session.chargeBytes(core.counters.bytesOut - bytesOut);
}

/** A write to the state of a room (PROTOCOL.md R104). */
export function writeState(core: Core, session: Session, { room: address, write }: Request<"write">): Eventual<Reply> {
  const channel = channelOf(core, session, address);
  if (!channel?.has(session)) return fault("not-member");
  session.chargeBytes(keysOf(write) * BYTES_PER_KEY);
  const outcome = core.rooms.write(session, channel, write);
  return outcome instanceof Promise ? outcome.then(replyTo) : replyTo(outcome);
}

const keysOf = ({ values, deletions, increments, conditions }: StateWrite): number =>
  values.size + deletions.length + increments.size + conditions.size;

function replyTo(outcome: WriteOutcome | Undecided): Reply {
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
export function obstacleToTerm(
  core: Core,
  session: Session,
  { targets }: SendFrame,
  term: number,
): Eventual<Reply | undefined> {
  const [target] = targets;
  if (targets.length !== 1 || (target?.kind !== "hub" && target?.kind !== "broadcast")) return fault("bad-value");
  const { instance } = session;
  const { kind, name } = target;
  const outcome = core.rooms.checkTerm({ instance, kind, name }, channelOf(core, session, target), term);
  return outcome instanceof Promise ? outcome.then(obstacleOf) : obstacleOf(outcome);
}

function obstacleOf(outcome: TermReply): Reply | undefined {
  if (outcome.kind === "in-term") return undefined;
  return outcome.kind === "stale-term" ? staleTerm(outcome.term) : fault(outcome.kind);
}

/** PROTOCOL.md R120. */
export function setRoomOptions(
  core: Core,
  session: Session,
  { room: address, options }: Request<"setOptions">,
): Eventual<Reply> {
  const outcome = core.rooms.setOptions(session, channelOf(core, session, address), options);
  return outcome instanceof Promise ? outcome.then(optionsReply) : optionsReply(outcome);
}

const optionsReply = ({ kind }: OptionsReply): Reply => (kind === "set" ? emptyReply : fault(kind));

/** PROTOCOL.md R113. */
export function handOver(core: Core, session: Session, { room: address, sid }: Request<"handOver">): Eventual<Reply> {
  const outcome = core.rooms.handOver(session, channelOf(core, session, address), sid);
  return outcome instanceof Promise ? outcome.then(handOverReply) : handOverReply(outcome);
}

const handOverReply = (outcome: HandOverReply): Reply =>
  outcome.kind === "handed-over" ? result({ term: outcome.term }) : fault(outcome.kind);
