import type { FollowedChannel, Message } from "../engine.ts";
import type { MemberEvent, RosterMember } from "../node/roster.ts";
import type { Payload } from "../socket.ts";
import type { Peer } from "./peer.ts";
import type { ArrivalTurns } from "./peer-inbox.ts";

/** What the node does for its cluster. */
export interface ClusterOwner {
  readonly turns: ArrivalTurns;
  /** Delivers a message to the sessions of this node. */
  deliver(message: Message): Promise<void> | undefined;
  /** Another node asks; undefined when the question is not known. `answer` may be called later. */
  asked(
    peer: Peer,
    head: readonly unknown[],
    body: Payload | undefined,
    answer: (answer: readonly unknown[]) => void,
  ): void;
  /** Another node tells something that this file does not know. */
  told(peer: Peer, head: readonly unknown[], body: Payload | undefined): void;
  /** The first other node has the name, or the last no longer has it. */
  nameChanged(channel: FollowedChannel, isHeld: boolean): void;
  /** The sessions of this node in a channel. */
  rosterOf(channel: FollowedChannel): readonly RosterMember[];
  followsPresence(channel: FollowedChannel): boolean;
  /** A member of another node, of a channel whose presence is followed here, has changed. */
  memberChanged(channel: FollowedChannel, event: MemberEvent): void;
  /** Ids of the sessions of this node. */
  sessionIds(): Iterable<number>;
  lost(peer: Peer): void;
  /** The stream to a node begins, perhaps again; or that from it, so frames of it may have been lost. */
  begin(peer: Peer): void;
  began(peer: Peer): void;
  /** A stream to or from the peer has been told everything, perhaps again. */
  mayHaveMissed(peer: Peer): void;
  /** This node is alone, or no longer. */
  aloneChanged(): void;
}
