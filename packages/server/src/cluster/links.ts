import type { Bus, BusOwner, OpenBus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import type { Payload } from "../socket.ts";
import { decodeFrame, encodeFrame, type NodeFrame } from "./frames.ts";
import type { LinkCounts, LinksOwner } from "./links-owner.ts";
import { newPeer, type Peer } from "./peer.ts";
import { PeerInbox } from "./peer-inbox.ts";

const BEAT_MILLISECONDS = 1_000;
/** A node that was not heard for this long is dead. */
const DEAD_MILLISECONDS = 5_000;
/** Frames above this are sent in parts: NATS takes 1 MiB by default. */
const PART_BYTES = 512 * 1024;
/** Incarnations that were replaced and may still be heard. */
const REPLACED = 64;

export interface LinksDeps {
  readonly openBus: OpenBus;
  readonly clock: Pick<Clock, "now" | "every">;
  readonly log: Log;
  readonly node: string;
  readonly incarnation: string;
}

/** The streams between this node and each other (docs/decisions/040-cluster.md). */
export class Links implements BusOwner, LinkCounts {
  readonly bus: Bus;
  private readonly byNode = new Map<string, Peer>();
  private readonly byLink = new Map<string, Peer>();
  private readonly replaced = new Set<string>();
  private readonly refusedVersions = new Set<number | undefined>();
  private link: string | undefined;
  private linkNumber = 0;
  /** When it was connected or disconnected last. */
  private changedAt: number;
  private readonly stopBeats: () => void;
  private owner: LinksOwner | undefined;
  unreadable = 0;
  sent = 0;
  accepted = 0;

  constructor(private readonly deps: LinksDeps) {
    this.changedAt = deps.clock.now();
    this.stopBeats = deps.clock.every(BEAT_MILLISECONDS, () => this.beat());
    this.bus = deps.openBus(this);
  }

  /** From here on frames are handled. */
  start(owner: LinksOwner): void {
    this.owner = owner;
    this.announce();
  }

  get peers(): Iterable<Peer> {
    return this.byNode.values();
  }

  get count(): number {
    return this.byNode.size;
  }

  /** Frames of other nodes that wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const { inbox } of this.byNode.values()) waiting += inbox.length;
    return waiting;
  }

  /** It has no connection to the bus. */
  get isAlone(): boolean {
    return this.link === undefined;
  }

  peer(node: string): Peer | undefined {
    return this.byNode.get(node);
  }

  peerWith(incarnation: string): Peer | undefined {
    for (const peer of this.byNode.values()) if (peer.incarnation === incarnation) return peer;
    return undefined;
  }

  /** Nodes may be there that this one has not heard yet, or no longer hears for a moment. */
  get isUnsettled(): boolean {
    if (this.deps.clock.now() - this.changedAt < DEAD_MILLISECONDS) return true;
    for (const peer of this.byNode.values()) if (!peer.isReady) return true;
    return false;
  }

  hears(incarnation: string): boolean {
    for (const peer of this.byNode.values()) if (peer.incarnation === incarnation) return true;
    return false;
  }

  connected(link: string): void {
    this.link = link;
    this.linkNumber++;
    this.changedAt = this.deps.clock.now();
    // What was on its way over the earlier link is lost, so every stream begins again; the others see the new link and begin theirs.
    this.announce();
    for (const peer of this.byNode.values()) this.begin(peer);
    this.owner?.changed();
  }

  disconnected(): void {
    this.link = undefined;
    this.changedAt = this.deps.clock.now();
    this.owner?.changed();
  }

  /** False when it could not be sent. */
  send(peer: Peer, head: readonly unknown[], body?: Payload): boolean {
    const { link } = this;
    if (link === undefined) return false;
    const frame = encodeFrame({ from: link, number: peer.sent + 1, head, body });
    if (frame.byteLength > PART_BYTES) return this.sendParts(peer, link, frame);
    if (!this.bus.send(peer.link, frame)) return false;
    peer.sent++;
    this.sent++;
    return true;
  }

  /** Says goodbye to all, so that they need not wait for the silence. */
  async close(): Promise<void> {
    this.stopBeats();
    for (const peer of this.byNode.values()) this.send(peer, ["bye"]);
    this.owner = undefined;
    await this.bus.close();
  }

  received(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (!("head" in frame)) {
      this.unreadable++;
      if (this.refusedVersions.has(frame.version)) return;
      this.refusedVersions.add(frame.version);
      this.deps.log.error("a frame of another node cannot be read; its version must be the same or the next", {
        version: frame.version ?? "none",
      });
      return;
    }
    if (!this.owner) return;
    this.accepted++;
    const [kind] = frame.head;
    if (kind === "beat" || kind === "hello") this.heard(frame);
    else this.inStream(frame, bytes.byteLength);
  }

  private sendParts(peer: Peer, link: string, frame: Uint8Array): boolean {
    for (let at = 0; at < frame.byteLength; at += PART_BYTES) {
      const isLast = at + PART_BYTES >= frame.byteLength;
      const part = {
        from: link,
        number: peer.sent + 1,
        head: ["part", isLast],
        body: frame.subarray(at, at + PART_BYTES),
      };
      if (!this.bus.send(peer.link, encodeFrame(part))) return false;
      peer.sent++;
    }
    return true;
  }

  private get introduction(): readonly unknown[] {
    return [this.deps.node, this.deps.incarnation, this.linkNumber];
  }

  private announce(): void {
    if (this.link === undefined || !this.owner) return;
    this.bus.announce(
      encodeFrame({ from: this.link, number: 0, head: ["beat", ...this.introduction], body: undefined }),
    );
  }

  private beat(): void {
    this.announce();
    const now = this.deps.clock.now();
    for (const peer of this.byNode.values()) {
      if (now - peer.heardAt > DEAD_MILLISECONDS) this.drop(peer);
      // In the stream, so that a frame that was lost is missed within a second.
      else this.send(peer, ["tick"]);
    }
  }

  private drop(peer: Peer): void {
    this.byNode.delete(peer.node);
    this.byLink.delete(peer.link);
    peer.inbox.clear();
    this.remember(peer.incarnation);
    this.owner?.lost(peer);
  }

  private remember(incarnation: string): void {
    this.replaced.add(incarnation);
    for (const oldest of this.replaced) {
      if (this.replaced.size <= REPLACED) return;
      this.replaced.delete(oldest);
    }
  }

  /** A node introduces itself: in a beat, or at the beginning of its stream. */
  private heard({ from, number, head }: NodeFrame): void {
    const [kind, node, incarnation, linkNumber] = head;
    if (typeof node !== "string" || typeof incarnation !== "string" || typeof linkNumber !== "number") return;
    if (incarnation === this.deps.incarnation) return;
    if (node === this.deps.node) {
      if (!this.replaced.has(incarnation))
        this.deps.log.error("another node of the cluster has the same name; give each its own --node", { node });
      // Once for each.
      this.remember(incarnation);
      return;
    }
    const peer = this.known(from, node, incarnation, linkNumber);
    if (!peer) return;
    peer.heardAt = this.deps.clock.now();
    if (kind !== "hello") {
      if (!peer.isReady) this.askAgain(peer);
      return;
    }
    peer.received = number;
    peer.askedAgainAt = peer.heardAt;
    peer.isReady = false;
    peer.inbox.clear();
    this.owner?.began(peer);
  }

  /** The peer with that link; a new link of it, or a new node, is greeted. undefined for one that is out of date. */
  private known(link: string, node: string, incarnation: string, linkNumber: number): Peer | undefined {
    const { owner } = this;
    const peer = this.byNode.get(node);
    if (!owner || peer?.link === link) return peer;
    if (peer?.incarnation === incarnation) {
      if (linkNumber <= peer.linkNumber) return undefined;
      this.byLink.delete(peer.link);
      this.byLink.set(link, peer);
      peer.link = link;
      peer.linkNumber = linkNumber;
      peer.isReady = false;
      this.begin(peer);
      return peer;
    }
    if (peer && this.replaced.has(incarnation)) return undefined;
    if (peer) this.drop(peer);
    // It was dead for this node and was not: it comes back as one that nothing is known of.
    else this.replaced.delete(incarnation);
    const inbox = new PeerInbox(owner.turns, (head, body) => this.handle(created, head, body));
    const created: Peer = newPeer(node, incarnation, link, linkNumber, inbox);
    created.heardAt = this.deps.clock.now();
    this.byNode.set(node, created);
    this.byLink.set(link, created);
    this.begin(created);
    return created;
  }

  /** Begins the stream to a peer, perhaps again. */
  private begin(peer: Peer): void {
    if (!this.owner) return;
    peer.sent = 0;
    if (this.send(peer, ["hello", ...this.introduction])) this.owner.begin(peer);
  }

  private inStream({ from, number, head, body }: NodeFrame, bytes: number): void {
    const peer = this.byLink.get(from);
    if (!peer) return;
    peer.heardAt = this.deps.clock.now();
    if (number === 0) {
      if (head[0] === "again") this.begin(peer);
      return;
    }
    if (number !== peer.received + 1) {
      this.askAgain(peer);
      return;
    }
    peer.received = number;
    if (peer.inbox.add(head, body, bytes)) return;
    // This frame is lost, so none after it may be handled before the stream begins again.
    peer.received = Number.POSITIVE_INFINITY;
    this.askAgain(peer);
  }

  private handle(peer: Peer, head: readonly unknown[], body: Payload | undefined): void {
    if (head[0] === "bye") this.drop(peer);
    else this.owner?.received(peer, head, body);
  }

  private askAgain(peer: Peer): void {
    const now = this.deps.clock.now();
    if (this.link === undefined || now - peer.askedAgainAt < BEAT_MILLISECONDS) return;
    peer.askedAgainAt = now;
    peer.isReady = false;
    this.bus.send(peer.link, encodeFrame({ from: this.link, number: 0, head: ["again"], body: undefined }));
  }
}
