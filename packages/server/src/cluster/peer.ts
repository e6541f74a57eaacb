import type { Holding } from "./holding.ts";
import type { PeerInbox } from "./peer-inbox.ts";

/** Another node, from its first frame until it is dead. */
export interface Peer {
  readonly node: string;
  /** Random text of its process. */
  readonly incarnation: string;
  /** Its present link, and the number of that in its incarnation. */
  link: string;
  linkNumber: number;
  /** Number of the last frame sent to its link, and of the last that came from it. */
  sent: number;
  received: number;
  /** Milliseconds of the clock. */
  heardAt: number;
  /** It has told all it holds; false from the beginning of a stream until then. */
  isReady: boolean;
  /** When it was asked to begin its stream again because a frame of it was missed, or when it began. */
  askedAgainAt: number;
  /** Its frames, in their order. */
  readonly inbox: PeerInbox;
  /** The latest change of this node's interest that it knows. */
  acknowledged: number;
  /** It did not acknowledge in time, so nobody waits for it until it does. */
  isSlow: boolean;
  /** The channels that have members there. */
  holds: Map<string, Holding>;
}

/** Whether it is still the node of that name, and alive. */
export const isPeer = ({ links }: { readonly links: { peer(node: string): Peer | undefined } }, peer: Peer): boolean =>
  links.peer(peer.node) === peer;

export const newPeer = (
  node: string,
  incarnation: string,
  link: string,
  linkNumber: number,
  inbox: PeerInbox,
): Peer => ({
  node,
  incarnation,
  link,
  linkNumber,
  sent: 0,
  received: 0,
  heardAt: 0,
  isReady: false,
  askedAgainAt: Number.NEGATIVE_INFINITY,
  inbox,
  acknowledged: 0,
  isSlow: false,
  holds: new Map(),
});
