import type { Peer } from "./peer.ts";

/** The other nodes that this one knows, by name and by link. */
export class KnownPeers {
  private readonly byNode = new Map<string, Peer>();
  private readonly byLink = new Map<string, Peer>();
  /** The highest number of a frame that was sent to a peer which is gone. */
  private lastNumber = 0;

  get size(): number {
    return this.byNode.size;
  }

  all(): Iterable<Peer> {
    return this.byNode.values();
  }

  named(node: string): Peer | undefined {
    return this.byNode.get(node);
  }

  at(link: string): Peer | undefined {
    return this.byLink.get(link);
  }

  withIncarnation(incarnation: string): Peer | undefined {
    for (const peer of this.byNode.values()) if (peer.incarnation === incarnation) return peer;
    return undefined;
  }

  add(peer: Peer): void {
    // It may be one that did not notice that it was dead for this node, so it must not get a number a second time.
    peer.sent = this.lastNumber;
    this.byNode.set(peer.node, peer);
    this.byLink.set(peer.link, peer);
  }

  move(peer: Peer, link: string, linkNumber: number): void {
    this.byLink.delete(peer.link);
    this.byLink.set(link, peer);
    peer.link = link;
    peer.linkNumber = linkNumber;
  }

  delete(peer: Peer): void {
    this.lastNumber = Math.max(this.lastNumber, peer.sent);
    this.byNode.delete(peer.node);
    this.byLink.delete(peer.link);
  }

  /** Frames that wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const { inbox } of this.byNode.values()) waiting += inbox.length;
    return waiting;
  }
}
