import type { Attributes } from "@achex/protocol";
import type { SavedClaim, SavedGrant } from "../auth.ts";
import type { KeptPosition } from "../node/kept-moves.ts";
import type { SavedCall } from "../node/open-calls.ts";
import type { SavedFollower, SavedRooms } from "../rooms/node-rooms.ts";
import type { Payload } from "../socket.ts";

/** The payload of a frame that several sessions hold. One object stands for all of them, so that it is saved once. */
export interface SharedPayload {
  readonly payload: Payload;
}

export type SavedFrame = Payload | SharedPayload;

export interface SavedMembership {
  readonly kind: "hub" | "broadcast";
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly joined: number;
  readonly attributes: Attributes;
  /** Its followers have been told that the member is away. */
  readonly isAway: boolean;
  /** It follows the presence of the channel. */
  readonly follows: boolean;
  /** What it has of the room; only of a session that moves to another node. */
  readonly room?: SavedFollower | undefined;
}

/** The frames sent to a session that its client may still need. */
export interface SavedLog {
  /** Number of the first frame that is held; the last one is `firstHeld + frames.length - 1`. */
  readonly firstHeld: number;
  /** The client's last count of received frames. */
  readonly acknowledged: number;
  /** Number of the last frame that was written to a connection. */
  readonly written: number;
  readonly frames: readonly SavedFrame[];
  /** Those that may still go to another instance of a service. */
  readonly inTurn: readonly SavedTurnMessage[];
}

/** A message that was held for an instance of a service in turn (PROTOCOL.md R78). */
export interface SavedTurnMessage {
  /** Its number in the log. */
  readonly frame: number;
  /** The name that the instances share. */
  readonly name: string;
  /** The call that it opens. */
  readonly call?: { readonly caller: number; readonly id: number };
}

/** A session that can be resumed, as plain data. */
export interface SavedSession {
  readonly id: number;
  readonly instance: string;
  /** Address of the client, in the form in which AddressLimiter counts addresses. */
  readonly address: string;
  /** SHA-256 of the token. */
  readonly tokenHash: string;
  readonly generation: number;
  /** Enabled with `reload` (PROTOCOL.md R79). */
  readonly reload: boolean;
  /** Milliseconds that the session may still be away. */
  readonly remaining: number;
  /** Milliseconds that it has been away; 0 when it was not. */
  readonly elapsed: number;
  /** Others have been told that it is away (PROTOCOL.md R76). */
  readonly isAnnounced: boolean;
  /** Counted frames received from the client, those in `queue` included. */
  readonly received: number;
  readonly log: SavedLog;
  /** Frames that arrived and have not been handled, oldest first. */
  readonly queue: readonly Payload[];
  /** Absent before the first login. */
  readonly grant?: SavedGrant;
  /** It is no longer reached under its names (PROTOCOL.md R37). */
  readonly retired: boolean;
  readonly memberships: readonly SavedMembership[];
  readonly watches: readonly string[];
  /** Latest-value messages that wait, with their keys; only of a session that moves to another node. */
  readonly latest?: readonly (readonly [key: string, payload: Payload])[];
  /** Of the kept channels that it is in; only in a cluster, where others go on storing. */
  readonly kept?: readonly KeptPosition[];
}

/** The order in which the instances of a service take turns. */
export interface SavedRotation {
  readonly instance: string;
  readonly name: string;
  /** Session ids; the next one first. */
  readonly members: readonly number[];
}

/** All that a restart must not lose. */
export interface SavedNode {
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** The last session id that was given out. Another one at load means that the relay has run since. */
  readonly lastSessionId: number;
  /** Auth mode; in another one, the names would not have been granted. */
  readonly auth: string;
  readonly sessions: readonly SavedSession[];
  readonly calls: readonly SavedCall[];
  readonly claims: readonly SavedClaim[];
  readonly rotations: readonly SavedRotation[];
  readonly rooms: SavedRooms;
}
