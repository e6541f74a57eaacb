import type { Cluster } from "../cluster/cluster.ts";
import type { Peer } from "../cluster/peer.ts";
import type { ArrivingSessions, LeavingSessions } from "./move-format.ts";

/** A move between two other nodes. */
interface Move {
  /** The process that the sessions leave, and the number that it gave the move. */
  readonly incarnation: string;
  readonly number: number;
  ids: readonly number[];
  /** The old node, once it has said that they are leaving, and until it is gone or says that it has given up. */
  from: Peer | undefined;
  /** The new node, once it has said that they have arrived, and until it is gone. */
  to: Peer | undefined;
  /** Name of the new node. */
  node: string;
  /** Messages for the sessions go to the new node. */
  isPassed: boolean;
}

/**
 * Moves between two other nodes. When the old one has said that sessions are leaving, everything that they sent there has been handled
 * here; when the new one has said that they have arrived, their channels are known to be there. After both, messages for them go to the new
 * node, and the two are told where that begins. A move is remembered until it is over: if a stream to one of the two begins again, the first
 * thing in it is whether messages go to the new node yet, so both always agree about each message.
 */
export class Witness {
  private readonly moves = new Map<string, Move>();
  /** The number of the latest move of a node that this one has heard of. */
  private readonly latest = new Map<Peer, number>();

  constructor(private readonly cluster: Cluster) {}

  /** Moves that are not over. */
  get size(): number {
    return this.moves.size;
  }

  leaving(from: Peer, { number, node, ids }: LeavingSessions): void {
    const move = this.move(from.incarnation, number, ids);
    this.latest.set(from, Math.max(number, this.latest.get(from) ?? 0));
    move.from = from;
    move.node = node;
    if (move.isPassed) this.tell(from, move);
    // A node that this one does not hear has no sessions for it.
    else if (move.to || !this.cluster.links.peer(node)) this.pass(move);
  }

  arrived(to: Peer, { incarnation, number, ids }: ArrivingSessions): void {
    const move = this.move(incarnation, number, ids);
    move.to = to;
    move.node = to.node;
    if (move.isPassed) {
      this.cluster.places.put(ids, to);
      this.tell(to, move);
    } else this.passIfLeft(move);
  }

  /** A move is over: for both if the new node says so, for the old one if that gives up. */
  over(peer: Peer, incarnation: string, number: number): void {
    const move = this.moves.get(keyOf(incarnation, number));
    if (move?.to === peer) this.moves.delete(keyOf(incarnation, number));
    else if (move?.from === peer) this.withoutOld(move);
  }

  /** The stream from a node has begun again: these are all of its moves, and the latest that it has begun. */
  told(peer: Peer, latest: number, leaving: readonly LeavingSessions[], arriving: readonly ArrivingSessions[]): void {
    this.latest.set(peer, latest);
    const left = new Set(leaving.map(({ number }) => keyOf(peer.incarnation, number)));
    const arrived = new Set(arriving.map(({ incarnation, number }) => keyOf(incarnation, number)));
    for (const one of leaving) this.leaving(peer, one);
    for (const one of arriving) this.arrived(peer, one);
    for (const [key, move] of this.moves) {
      if (move.to === peer && !arrived.has(key)) this.moves.delete(key);
      else if (move.incarnation === peer.incarnation && move.number <= latest && !left.has(key)) this.withoutOld(move);
    }
  }

  /** The stream to a node begins, perhaps again. */
  begin(peer: Peer): void {
    for (const move of this.moves.values()) if (move.isPassed && isPart(move, peer)) this.tell(peer, move);
  }

  /** A node is gone: it says no more. */
  lost(peer: Peer): void {
    this.latest.delete(peer);
    for (const [key, move] of this.moves) {
      if (move.to === peer) move.to = undefined;
      if (move.from === peer) move.from = undefined;
      if (!move.from && !move.to) this.moves.delete(key);
      else if (!move.isPassed && (move.node === peer.node || move.incarnation === peer.incarnation)) this.pass(move);
    }
  }

  private move(incarnation: string, number: number, ids: readonly number[]): Move {
    const move = this.moves.getOrInsertComputed(keyOf(incarnation, number), () => ({
      ...{ incarnation, number, ids, node: "" },
      ...{ from: undefined, to: undefined, isPassed: false },
    }));
    move.ids = ids;
    return move;
  }

  /** The old node does not wait for this one any more. */
  private withoutOld(move: Move): void {
    move.from = undefined;
    if (!move.to) this.moves.delete(keyOf(move.incarnation, move.number));
    else if (!move.isPassed) this.pass(move);
  }

  /** Passes if the old node has said what it has to say, or will not. */
  private passIfLeft(move: Move): void {
    const old = move.from ?? this.cluster.links.peerWith(move.incarnation);
    if (move.from || !old || move.number <= (this.latest.get(old) ?? 0)) this.pass(move);
  }

  private pass(move: Move): void {
    const { from, to, ids } = move;
    move.isPassed = true;
    if (to) this.cluster.places.put(ids, to);
    for (const peer of [from, to]) if (peer) this.tell(peer, move);
  }

  private tell(peer: Peer, { incarnation, number }: Move): void {
    this.cluster.tell(peer, ["seam", incarnation, number]);
  }
}

const keyOf = (incarnation: string, number: number): string => `${incarnation}\0${number}`;

const isPart = ({ from, to, node, incarnation }: Move, peer: Peer): boolean =>
  from === peer || to === peer || node === peer.node || incarnation === peer.incarnation;
