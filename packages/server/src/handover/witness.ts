import type { Cluster } from "../cluster/cluster.ts";
import type { Peer } from "../cluster/peer.ts";

/** A move between two other nodes, of which one has told. */
interface Half {
  readonly from: Peer | undefined;
  readonly to: Peer | undefined;
  /** Name of the new node. */
  readonly node: string;
  readonly number: number;
  readonly ids: readonly number[];
}

/**
 * Moves between two other nodes. When the old one has said that sessions are leaving, everything that they sent there has been handled
 * here; when the new one has said that they have arrived, their channels are known to be there. After both, messages for them go to the new
 * node, and the two are told where that begins.
 */
export class Witness {
  private readonly halves = new Map<string, Half>();

  constructor(private readonly cluster: Cluster) {}

  leaving(from: Peer, number: number, node: string, ids: readonly number[]): void {
    const to = this.cluster.links.peer(node);
    const other = this.halves.get(keyOf(from.incarnation, number));
    if (other?.to) this.complete(from, other.to, number, ids);
    // This node does not hear that one, so it will never know.
    else if (!to) this.cluster.tell(from, ["seam", from.incarnation, number]);
    else this.halves.set(keyOf(from.incarnation, number), { from, to: undefined, node, number, ids });
  }

  arrived(to: Peer, incarnation: string, number: number, ids: readonly number[]): void {
    const key = keyOf(incarnation, number);
    const other = this.halves.get(key);
    const from = other?.from ?? this.cluster.links.peerWith(incarnation);
    if (other?.from || !from) this.complete(from, to, number, ids, incarnation);
    else this.halves.set(key, { from: undefined, to, node: to.node, number, ids });
  }

  /** A node is gone, or frames between it and this one were lost: what it would have told will not come. */
  broken(peer: Peer): void {
    for (const [key, { from, to, node, number, ids }] of this.halves) {
      const isFrom = key.startsWith(`${peer.incarnation}\0`);
      if (from === peer || to === peer) this.halves.delete(key);
      else if (from && node === peer.node) {
        this.halves.delete(key);
        this.cluster.tell(from, ["seam", from.incarnation, number]);
      } else if (isFrom && to) this.complete(peer, to, number, ids);
    }
  }

  private complete(
    from: Peer | undefined,
    to: Peer,
    number: number,
    ids: readonly number[],
    incarnation = from?.incarnation ?? "",
  ): void {
    const { cluster } = this;
    this.halves.delete(keyOf(incarnation, number));
    cluster.places.put(ids, to);
    if (from) cluster.tell(from, ["seam", incarnation, number]);
    cluster.tell(to, ["seam", incarnation, number]);
  }
}

const keyOf = (incarnation: string, number: number): string => `${incarnation}\0${number}`;
