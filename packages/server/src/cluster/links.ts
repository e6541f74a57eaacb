import type { Bus, BusOwner, OpenBus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Payload } from "../socket.ts";
import { isKnownKind, isWellFormed } from "./frame-shapes.ts";
import { decodeFrame, encodeFrame, type NodeFrame, numberAfter } from "./frames.ts";
import { type Introduction, Introductions, MAX_NODES, readIntroduction } from "./introductions.ts";
import { KnownPeers } from "./known-peers.ts";
import type { LinkCounts, LinksOwner } from "./links-owner.ts";
import { newPeer, type Peer } from "./peer.ts";
import { PeerInbox } from "./peer-inbox.ts";
import { RefusedFrames } from "./refused-frames.ts";
import { sendFrame } from "./send-frame.ts";

const BEAT_MILLISECONDS = 1_000;
/** A node that was not heard for this long is dead. */
const DEAD_MILLISECONDS = 5_000;

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
  private readonly known = new KnownPeers();
  private readonly introductions = new Introductions();
  private link: string | undefined;
  private linkNumber = 0;
  /** When it was connected or disconnected last. */
  private changedAt: number;
  private readonly stopBeats: () => void;
  private owner: LinksOwner | undefined;
  private readonly refusals: RefusedFrames;
  sent = 0;
  accepted = 0;

  constructor(private readonly deps: LinksDeps) {
    this.changedAt = deps.clock.now();
    this.refusals = new RefusedFrames(deps.log, deps.clock);
    this.stopBeats = deps.clock.every(BEAT_MILLISECONDS, () => this.beat());
    this.bus = deps.openBus(this);
  }

  /** From here on frames are handled. */
  start(owner: LinksOwner): void {
    this.owner = owner;
    this.announce();
  }

  get peers(): Iterable<Peer> {
    return this.known.all();
  }

  get count(): number {
    return this.known.size;
  }

  /** Frames that were not handled, by reason. */
  get refused(): RefusedFrames["counts"] {
    return this.refusals.counts;
  }

  /** Frames of other nodes that wait for their turn. */
  get waiting(): number {
    return this.known.waiting;
  }

  /** It has no connection to the bus. */
  get isAlone(): boolean {
    return this.link === undefined;
  }

  peer(node: string): Peer | undefined {
    return this.known.named(node);
  }

  peerWith(incarnation: string): Peer | undefined {
    return this.known.withIncarnation(incarnation);
  }

  /** Nodes may be there that this one has not heard yet, or no longer hears for a moment. */
  get isUnsettled(): boolean {
    if (this.deps.clock.now() - this.changedAt < DEAD_MILLISECONDS) return true;
    for (const peer of this.known.all()) if (!peer.isReady) return true;
    return false;
  }

  hears(incarnation: string): boolean {
    return this.peerWith(incarnation) !== undefined;
  }

  connected(link: string): void {
    this.link = link;
    this.linkNumber++;
    this.changedAt = this.deps.clock.now();
    // What was on its way over the earlier link is lost, so every stream begins again; the others see the new link and begin theirs.
    this.announce();
    for (const peer of this.known.all()) this.begin(peer);
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
    if (!sendFrame(this.bus, peer, link, head, body)) return false;
    this.sent++;
    return true;
  }

  /** Says goodbye to all, so that they need not wait for the silence. */
  async close(): Promise<void> {
    this.stopBeats();
    for (const peer of this.known.all()) this.send(peer, ["bye"]);
    this.owner = undefined;
    await this.bus.close();
  }

  received(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (!("head" in frame)) {
      const { version } = frame;
      if (version === undefined) this.refusals.add("garbled");
      else this.refusals.add("version", String(version), { version });
      return;
    }
    if (!this.owner) return;
    this.accepted++;
    const [kind] = frame.head;
    if (kind === "beat" || kind === "hello") this.heard(frame);
    else this.inStream(frame, bytes.byteLength);
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
    for (const peer of this.known.all()) {
      if (now - peer.heardAt > DEAD_MILLISECONDS) this.drop(peer);
      // In the stream, so that a frame that was lost is missed within a second.
      else this.send(peer, ["tick"]);
    }
  }

  private drop(peer: Peer): void {
    this.known.delete(peer);
    peer.inbox.clear();
    this.introductions.replace(peer.incarnation);
    this.owner?.lost(peer);
  }

  /** A node introduces itself: in a beat, or at the beginning of its stream. */
  private heard({ from, number, head }: NodeFrame): void {
    const introduction = readIntroduction(head);
    if (!introduction) {
      this.refusals.add("shape", String(head[0]));
      return;
    }
    const { node, incarnation } = introduction;
    if (incarnation === this.deps.incarnation) return;
    if (node === this.deps.node) {
      this.refusals.sameName(node);
      return;
    }
    const peer = this.peerOf(from, introduction);
    if (!peer) return;
    peer.heardAt = this.deps.clock.now();
    if (head[0] !== "hello") {
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
  private peerOf(link: string, introduction: Introduction): Peer | undefined {
    const { node, incarnation, linkNumber } = introduction;
    const peer = this.known.named(node);
    if (peer?.link === link) return peer;
    const isPresent = peer?.incarnation === incarnation;
    if (isPresent && linkNumber <= peer.linkNumber) return undefined;
    if (peer && !isPresent && this.introductions.isReplaced(incarnation)) return undefined;
    // No link ever has another node.
    if (this.known.at(link)) this.refusals.add("shape", "link");
    else if (!peer && this.known.size >= MAX_NODES) this.refusals.add("too-many-nodes");
    else if (!this.introductions.mayBegin(node, this.deps.clock.now())) this.refusals.add("too-often");
    else if (isPresent) return this.moveTo(peer, link, linkNumber);
    else return this.create(link, introduction, peer);
    return undefined;
  }

  private moveTo(peer: Peer, link: string, linkNumber: number): Peer {
    this.known.move(peer, link, linkNumber);
    peer.isReady = false;
    this.begin(peer);
    return peer;
  }

  private create(link: string, { node, incarnation, linkNumber }: Introduction, earlier: Peer | undefined) {
    const { owner } = this;
    if (!owner) return undefined;
    if (earlier) this.drop(earlier);
    // It was dead for this node and was not: it comes back as one that nothing is known of.
    else this.introductions.isBack(incarnation);
    const inbox = new PeerInbox(owner.turns, {
      handle: (head, body) => this.handle(created, head, body),
      refuse: (reason) => this.refusals.add(reason),
    });
    const created: Peer = newPeer(node, incarnation, link, linkNumber, inbox);
    created.heardAt = this.deps.clock.now();
    this.known.add(created);
    this.begin(created);
    return created;
  }

  /**
   * Begins the stream to a peer, perhaps again. Its numbers go on: if they began at 1 each time and the first frames were lost, a later
   * one could have the number that the other node expects of the stream before.
   */
  private begin(peer: Peer): void {
    if (!this.owner) return;
    if (this.send(peer, ["hello", ...this.introduction])) this.owner.begin(peer);
  }

  private inStream({ from, number, head, body }: NodeFrame, bytes: number): void {
    const peer = this.known.at(from);
    if (!peer) {
      this.refusals.add("unknown-link");
      return;
    }
    const now = this.deps.clock.now();
    peer.heardAt = now;
    if (number === 0) {
      if (head[0] !== "again") this.refusals.add("shape", "outside the stream");
      else if (this.introductions.mayBegin(peer.node, now)) this.begin(peer);
      else this.refusals.add("too-often");
      return;
    }
    if (number !== numberAfter(peer.received)) {
      this.refusals.add("order");
      this.askAgain(peer);
      return;
    }
    peer.received = number;
    if (peer.inbox.add(head, body, bytes)) return;
    // This frame is lost, so none after it may be handled before the stream begins again.
    peer.received = Number.NaN;
    this.askAgain(peer);
  }

  /** Whatever a node sends, this one goes on. */
  private handle(peer: Peer, head: readonly unknown[], body: Payload | undefined): void {
    const [sent] = head;
    const kind = typeof sent === "string" && isKnownKind(sent) ? sent : "unknown";
    const { node } = peer;
    if (!isWellFormed(head, body)) this.refusals.add("shape", kind, { node, kind });
    else if (kind === "bye") this.drop(peer);
    else {
      try {
        this.owner?.received(peer, head, body);
      } catch (error) {
        this.refusals.add("failed", kind, { node, kind, error: failureText(error) });
      }
    }
  }

  private askAgain(peer: Peer): void {
    const now = this.deps.clock.now();
    if (this.link === undefined || now - peer.askedAgainAt < BEAT_MILLISECONDS) return;
    peer.askedAgainAt = now;
    peer.isReady = false;
    this.bus.send(peer.link, encodeFrame({ from: this.link, number: 0, head: ["again"], body: undefined }));
  }
}
