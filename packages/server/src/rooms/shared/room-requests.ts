import { achex2Limits, type RoomJoin, type RoomOptions, type StateWrite } from "@achex/protocol";
import type { RoomKey, StoredRoomOptions, StoringFailure, WriteOutcome } from "../../state.ts";
import { type Digest, storedOptions } from "../admission.ts";
import type { Admission, AdmissionRequest, HandOverReply, OptionsReply, TermReply, Undecided } from "../node-rooms.ts";
import type { MemberFact } from "./room-entries.ts";
import type { RoomLog } from "./room-log.ts";

/** What rooms need to know of the other nodes. */
export interface OtherNodes {
  /** Processes that have members of a channel. */
  holders(room: RoomKey): readonly string[];
  /** Members of a channel on all of them. */
  count(room: RoomKey): Promise<number>;
  /** Whether the process is one of the nodes that this one hears. */
  isHeard(process: string): boolean;
  /** Resolves when the others have applied the log up to there, or have not answered in time. */
  applied(shard: number, position: number): Promise<void>;
  /** Tells the others that what this node sends them from now on comes after that position. */
  tellAfter(shard: number, position: number): void;
}

export interface RoomRequestsDeps {
  readonly log: RoomLog;
  readonly others: OtherNodes;
  readonly digest: Digest;
  /** For all rooms together, in bytes; 0 means no limit. */
  readonly maxBytes: number;
}

const UNDECIDED: Undecided = { kind: "no-quorum" };

/** Requests of the sessions of one node, answered when this node has applied them in the order of the log. */
export class RoomRequests {
  constructor(private readonly deps: RoomRequestsDeps) {}

  /** A join that the log has to decide. `isNew`: neither this node nor the log knows the room. */
  async join(
    room: RoomKey,
    fact: MemberFact,
    { password, joining }: AdmissionRequest,
    isMember: boolean,
    isNew: boolean,
  ): Promise<Admission> {
    const { log, digest, others } = this.deps;
    const { state, host, seat, options } = joining ?? {};
    // Another node may hold the channel because a session is about to join there as well; the log decides which is the first.
    const isFirst = isNew && options !== undefined && (await others.count(room)) === 0;
    const obstacle = isFirst ? this.obstacleTo(room, false) : undefined;
    if (obstacle) return { kind: "refused", reason: obstacle };
    const { outcome, shard, position } = await log.propose(room, {
      ...{ do: "join", fact, isMember, isFirst, state, host, seat },
      passwordDigest: password === undefined ? null : digest(password),
      options: isFirst ? storedOptions(options, digest) : undefined,
      holders: log.find(room) ? [] : others.holders(room),
    });
    if (outcome.do !== "join") return { kind: "refused", reason: UNDECIDED.kind };
    if (outcome.reply.kind === "refused") return outcome.reply;
    if (outcome.reply.isCreator && isFirst) await others.applied(shard, position);
    // The options do not bind a session that has been admitted.
    return { kind: "admitted", isCreator: true };
  }

  async write(room: RoomKey, session: number, write: StateWrite): Promise<WriteOutcome | Undecided> {
    const { log, maxBytes, others } = this.deps;
    const isGrowing = write.values.size + write.increments.size > 0;
    // Judged here and not where the entry is applied, because nodes may have different limits.
    if (isGrowing && maxBytes > 0 && log.bytes >= maxBytes) return { kind: "state-full" };
    // The log does not take entries of any size, and would reject it as if it could be repeated.
    if (isTooLarge(write)) return { kind: "state-full" };
    const obstacle = this.obstacleTo(room, isGrowing);
    if (obstacle) return { kind: obstacle };
    const holders = log.find(room) ? [] : others.holders(room);
    const { outcome } = await log.propose(room, { do: "write", session, write, holders });
    return outcome.do === "write" ? outcome.reply : UNDECIDED;
  }

  async setOptions(room: RoomKey, session: number, named: Partial<RoomOptions>): Promise<OptionsReply> {
    const { log, others, digest } = this.deps;
    const options = storedOptions(named, digest);
    const obstacle = log.find(room) && this.obstacleTo(room, false);
    if (obstacle) return { kind: obstacle };
    const { outcome, shard, position } = await log.propose(room, { do: "options", session, options });
    if (outcome.do !== "options") return UNDECIDED;
    const reply = await outcome.reply;
    // A join that begins after the reply has to respect them, on every node.
    if (reply.kind === "set") await others.applied(shard, position);
    return reply;
  }

  async handOver(room: RoomKey, session: number, to: number | undefined): Promise<HandOverReply> {
    const { outcome } = await this.deps.log.propose(room, { do: "hand-over", session, to });
    return outcome.do === "hand-over" ? outcome.reply : UNDECIDED;
  }

  /** Why the storage takes no change of a room, if its state is kept (PROTOCOL.md R148); each node judges by its own. */
  private obstacleTo(room: RoomKey, isGrowing: boolean): StoringFailure | undefined {
    const { kept } = this.deps.log;
    return kept?.keeps(room) ? kept.obstacleTo(room, isGrowing) : undefined;
  }

  async checkTerm(room: RoomKey, term: number): Promise<TermReply> {
    const { outcome } = await this.deps.log.propose(room, { do: "term", term });
    return outcome.do === "term" ? outcome.reply : UNDECIDED;
  }
}

/** Whether the values alone are more than a room may hold. */
function isTooLarge({ values }: StateWrite): boolean {
  let characters = 0;
  for (const text of values.values()) characters += text.length;
  return characters > achex2Limits.stateBytes;
}

/** Whether a join asks for something that all nodes have to decide. */
export function isAsked(joining: RoomJoin | undefined, isFirst: boolean): boolean {
  if (!joining) return false;
  const { state, host, seat, options } = joining;
  return state !== undefined || host !== undefined || seat !== undefined || (options !== undefined && isFirst);
}

/** Whether the options of a room may refuse a newcomer. */
export function isRestricted(options: StoredRoomOptions | undefined): boolean {
  if (!options) return false;
  const { capacity, closed, passwordDigest } = options;
  return capacity > 0 || closed || passwordDigest !== null;
}
