import type { DropReason, RoomJoin, RoomOptions, StateWrite } from "@achex/protocol";
import type { Channel, Membership } from "../delivery/channels.ts";
import type { AwayListener } from "../resume/away-sessions.ts";
import type { OptionsOutcome, RoomKey, StateMarks, WriteOutcome } from "../state.ts";
import type { RoomSession, SavedReceived } from "./follower.ts";
import type { SavedRoom } from "./room.ts";

/** A session as rooms see it, with its memberships. */
export interface RoomMember extends RoomSession {
  readonly memberships: readonly Membership[];
  readonly addressUse: { readonly address: string };
  chargeBytes(bytes: number): void;
  chargeDeliveries(deliveries: number, bytes: number): void;
}

/** All rooms as plain data, for a restart. */
export interface SavedRooms {
  readonly marks: StateMarks;
  readonly rooms: readonly SavedRoom[];
}

/** What is asked of a room before a session enters it. */
export interface AdmissionRequest {
  readonly password: string | undefined;
  readonly joining: RoomJoin | undefined;
}

export type Admission =
  /** The options of a creator do not bind it (PROTOCOL.md R120). */
  | { readonly kind: "admitted"; readonly isCreator: boolean }
  | { readonly kind: "refused"; readonly reason: DropReason };

/** A request that a node of a cluster could not decide, because too few servers can agree on it. */
export interface Undecided {
  readonly kind: "no-quorum";
}

export interface NotHost {
  readonly kind: "not-host";
}

export type OptionsReply = OptionsOutcome | NotHost | Undecided;
export type HandOverReply =
  | { readonly kind: "handed-over"; readonly term: number }
  | { readonly kind: "not-candidate" }
  | NotHost
  | Undecided;
export type TermReply =
  | { readonly kind: "in-term" }
  /** `term` is the present one, or 0. */
  | { readonly kind: "stale-term"; readonly term: number }
  | Undecided;

/** A value that may have to wait for others. */
export type Eventual<Value> = Value | Promise<Value>;

/** What a follower has of a room, for the node to which its session moves. */
export interface SavedFollower {
  /** It wants to be host. */
  readonly wants: boolean;
  readonly seat?: number | undefined;
  readonly received: SavedReceived;
}

/** Sessions that move to another node stay members of their rooms, and followers, candidates and hosts. */
export interface RoomMoves {
  /** undefined if the session does not follow the room. */
  save(session: RoomMember, channel: Channel): SavedFollower | undefined;
  /** The session is at another node now. */
  left(session: RoomMember, channel: Channel): void;
  /** The session has its channels here now, and is away. */
  arrived(session: RoomMember, membership: Membership, follower: SavedFollower | undefined): void;
}

/** What the sessions of a node do in rooms, whether the node decides alone or with the others of a cluster. */
export interface NodeRooms extends AwayListener<RoomMember> {
  /** undefined if the node decides alone. */
  readonly moves: RoomMoves | undefined;
  /** Rooms that have something to remember. */
  readonly count: number;
  readonly followers: number;
  /** Keys in the states of all rooms. */
  readonly keys: number;
  /** Memory that the states of all rooms use, about. */
  readonly bytes: number;
  /** Why a newcomer is not admitted to a room; undefined when it is (PROTOCOL.md R121). The channel is undefined without members. */
  obstacleTo(
    key: RoomKey,
    channel: Channel | undefined,
    session: RoomMember,
    password: string | undefined,
  ): DropReason | undefined;
  /** What has to be decided or stored before a session enters a room, or before a member follows it; undefined if nothing has. */
  admit(
    key: RoomKey,
    channel: Channel | undefined,
    session: RoomMember,
    request: AdmissionRequest,
  ): Promise<Admission> | undefined;
  /** A session has entered a channel; called before others are told. */
  entered(session: RoomMember, membership: Membership, joining: RoomJoin | undefined): void;
  /** Does what a join asks of a room the session is in. True when the member has another seat then, or none. */
  use(session: RoomMember, membership: Membership, joining: RoomJoin, wasMember: boolean): boolean;
  /** Called after the session has left the channel. Others learn of it when the promise has resolved. */
  left(session: RoomMember, channel: Channel): Promise<void> | undefined;
  renamed(session: RoomMember): void;
  /** The client of a session has read all that waited for it. */
  drained(session: RoomMember): void;
  /** Writes for a member of the channel. */
  write(session: RoomMember, channel: Channel, write: StateWrite): Eventual<WriteOutcome | Undecided>;
  setOptions(session: RoomMember, channel: Channel | undefined, options: Partial<RoomOptions>): Eventual<OptionsReply>;
  handOver(session: RoomMember, channel: Channel | undefined, to: number | undefined): Eventual<HandOverReply>;
  /** Whether the room has that term now. */
  checkTerm(key: RoomKey, channel: Channel | undefined, term: number): Eventual<TermReply>;
  /** Calls back when this node has applied a shard of the log of its cluster up to that position. */
  whenApplied(shard: number, position: number, done: () => void): void;
  /** The same as a promise, which also resolves when it takes too long; undefined if it has. */
  untilApplied(shard: number, position: number): Promise<void> | undefined;
  /** Resolves when everything that rooms have to store has been stored. */
  settled(): Promise<void>;
  /** Due once a second; one room a step. */
  tick(): Generator<void>;
  /** All rooms, for a restart. */
  save(): SavedRooms;
  /** Before any room is restored. */
  restoreMarks(marks: StateMarks): void;
  /** Creates a saved room again, when its members are in the channel. `members` are those that were saved, by id. */
  restore(saved: SavedRoom, channel: Channel, members: { get(id: number): RoomMember | undefined }): void;
}
