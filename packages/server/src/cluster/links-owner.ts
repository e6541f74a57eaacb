import type { Payload } from "../socket.ts";
import type { Peer } from "./peer.ts";
import type { ArrivalTurns } from "./peer-inbox.ts";
import type { RefusedFrames } from "./refused-frames.ts";

/** Frames between the nodes. */
export interface LinkCounts {
  readonly sent: number;
  readonly accepted: number;
  /** Those that were not handled, by reason. */
  readonly refused: RefusedFrames["counts"];
  readonly waiting: number;
}

/** What is built on the links of a node. */
export interface LinksOwner {
  readonly turns: ArrivalTurns;
  /** The stream to the peer begins: sends all that this node has to tell. */
  begin(peer: Peer): void;
  /** The stream from the peer has begun, perhaps again; everything that it tells follows. */
  began(peer: Peer): void;
  received(peer: Peer, head: readonly unknown[], body: Payload | undefined): void;
  /** The peer is dead or has said goodbye. */
  lost(peer: Peer): void;
  /** This node is connected to the bus, or no longer. */
  changed(): void;
}
