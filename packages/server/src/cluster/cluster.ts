import type { Address } from "@achex/protocol";
import type { OpenBus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { FollowedChannel, Message } from "../engine.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { MemberEvent } from "../node/roster.ts";
import type { Payload } from "../socket.ts";
import { Asks } from "./asks.ts";
import { Forwards } from "./forwards.ts";
import { channelOf, type Holding, isName, keyOf } from "./holding.ts";
import { IdClaims } from "./id-claims.ts";
import { type Entering, Interest } from "./interest.ts";
import { Links } from "./links.ts";
import { readEvent, readMembers, rosterParts } from "./member-events.ts";
import type { ClusterOwner } from "./owner.ts";
import type { Peer } from "./peer.ts";
import { Placements } from "./placements.ts";
import { RemoteMembers } from "./remote-members.ts";
import { readIds } from "./sent-values.ts";
import { SessionBlocks, type SessionBlocksDeps } from "./session-blocks.ts";
import { SharedLog } from "./shared-log.ts";
import { type Spread, Spreader } from "./spread.ts";
import { messageHead, readMessage } from "./targets.ts";

export interface ClusterSettings {
  readonly openBus: OpenBus;
  readonly node: string;
  /** Random text of this process. */
  readonly incarnation: string;
  readonly leases: SessionBlocksDeps["store"];
}

export interface ClusterDeps extends ClusterSettings {
  readonly clock: Clock;
  readonly log: Log;
}

const isFromSession = (kind: unknown): boolean =>
  kind === "message" || kind === "frame" || (typeof kind === "string" && kind.endsWith("?"));

/** What this node knows of the others, tells them and asks them. */
export class Cluster {
  readonly blocks: SessionBlocks;
  readonly members: RemoteMembers;
  /** What all nodes decide alike. */
  readonly sharedLog: SharedLog;
  /** Where sessions are that have moved. */
  readonly places: Placements;
  readonly links: Links;
  readonly asks: Asks;
  /** The node whose session has caused what is being handled now; undefined if it is one of this node. */
  handling: Peer | undefined;
  readonly interest: Interest;
  readonly idClaims: IdClaims;
  readonly forwards = new Forwards(() => this.asks.askAll(new Set(this.peers), ["current?"]));
  private readonly spreader: Spreader;
  private owner: ClusterOwner | undefined;
  readonly node: string;
  /** Random text of this process. */
  readonly incarnation: string;

  constructor(deps: ClusterDeps) {
    ({ node: this.node, incarnation: this.incarnation } = deps);
    const { clock, log } = deps;
    this.links = new Links(deps);
    const send = (peer: Peer, head: readonly unknown[], body?: Payload) => this.links.send(peer, head, body);
    const peers = () => this.links.peers;
    this.interest = new Interest({ clock, peers, send, changed: (...change) => this.holdingChanged(...change) });
    this.idClaims = new IdClaims(clock);
    this.asks = new Asks({ clock, send });
    this.spreader = new Spreader({
      node: deps.node,
      interest: this.interest,
      nodeOf: (session) => this.nodeOf(session),
    });
    this.members = new RemoteMembers((key, event) => this.owner?.memberChanged(channelOf(key), event));
    this.blocks = new SessionBlocks({
      clock,
      store: deps.leases,
      lease: (after) => this.links.bus.lease(after),
      failed: (error) => log.warn("no session ids could be leased; trying again", { error: failureText(error) }),
      changed: () => {
        this.blocks.prune(this.owner?.sessionIds() ?? []);
        this.tellAll(["blocks", this.blocks.blocks]);
      },
      isInUse: (block) => this.places.uses(block),
    });
    this.places = new Placements(this.blocks, clock, (head) => this.tellAll(head));
    this.sharedLog = new SharedLog({
      ...deps,
      ...{ bus: this.links.bus, peers, tell: send },
      isAlone: () => this.isAlone,
      isHeard: (incarnation) => this.links.hears(incarnation),
    });
  }

  /** Nodes, this one included. */
  get nodes(): number {
    return this.links.count + 1;
  }

  get isAlone(): boolean {
    return this.links.isAlone;
  }

  /** Leases the first session ids. */
  async begin(): Promise<void> {
    await this.blocks.begin();
  }

  start(owner: ClusterOwner): void {
    this.owner = owner;
    this.links.start({
      turns: owner.turns,
      begin: (peer) => this.beginStream(peer),
      began: (peer) => {
        owner.began(peer);
        // It tells again which it has; that others have ended may have been lost.
        this.places.lost(peer);
        this.interest.began(peer);
      },
      received: (peer, head, body) => {
        // Not what an answer of it lets a session of this node go on with.
        this.handling = isFromSession(head[0]) ? peer : undefined;
        try {
          this.received(peer, head, body);
        } finally {
          this.handling = undefined;
        }
      },
      lost: (peer) => this.peerLost(peer),
      changed: () => {
        this.sharedLog.aloneChanged();
        owner.aloneChanged();
      },
    });
    this.sharedLog.start();
  }

  async close(): Promise<void> {
    this.owner = undefined;
    this.blocks.close();
    this.sharedLog.close();
    await this.links.close();
  }

  /** A session is about to enter channels. What is said of them besides that is in `parts`. */
  enter(channels: readonly FollowedChannel[], parts: readonly Partial<Holding>[] = []): Entering {
    const followed = channels.filter((_, index) => parts[index]?.presence);
    for (const channel of followed) this.members.follow(keyOf(channel));
    const entering = this.interest.enter(channels, parts);
    return {
      known: entering.known,
      done: () => {
        for (const channel of followed) {
          this.members.entered(keyOf(channel));
          if (!this.owner?.followsPresence(channel)) this.unfollowPresence(channel);
        }
        entering.done();
      },
    };
  }

  /** Nobody follows the presence of the channel here any more. */
  unfollowPresence(channel: FollowedChannel): void {
    if (this.members.unfollow(keyOf(channel))) this.interest.describe(channel, { presence: false });
  }

  /** Another node has members of the channel. */
  isHeld(channel: FollowedChannel): boolean {
    return this.interest.isHeld(keyOf(channel));
  }

  holders(channel: FollowedChannel): Iterable<readonly [Peer, Holding]> {
    return this.interest.holders(keyOf(channel));
  }

  get peers(): Iterable<Peer> {
    return this.links.peers;
  }

  /** Whether this node decides which of several nodes is the first (IdClaims). */
  get decides(): boolean {
    for (const { node } of this.links.peers) if (node < this.node) return false;
    return true;
  }

  /** The node that has the session; undefined if it is this one, or none. */
  nodeOf(session: number): Peer | undefined {
    return this.places.nodeOf(session);
  }

  /** Whether a message goes to another node. */
  reachesOthers(instance: string, targets: readonly Address[]): boolean {
    return this.links.count > 0 && this.spreader.reachesOthers(instance, targets);
  }

  /** Which nodes a message goes to; undefined when no other has a receiver. See Spreader. */
  spread(instance: string, targets: readonly Address[], turnsHere: (name: string) => number): Spread | undefined {
    return this.links.count === 0 ? undefined : this.spreader.spread(instance, targets, turnsHere);
  }

  /** Passes a message on, without waiting for anything; false when it could not be sent. */
  forward(peer: Peer, message: Message): boolean {
    return this.links.send(peer, messageHead(message), message.payload);
  }

  /** False when it could not be sent. */
  tell(peer: Peer, head: readonly unknown[], body?: Payload): boolean {
    return this.links.send(peer, head, body);
  }

  tellAll(head: readonly unknown[]): void {
    for (const peer of this.links.peers) this.links.send(peer, head);
  }

  /** Tells those who follow the presence of a channel of a change here. */
  tellFollowers(channel: FollowedChannel, event: MemberEvent): void {
    const key = keyOf(channel);
    for (const [peer, { presence }] of this.interest.holders(key))
      if (presence) this.links.send(peer, ["member", key, event]);
  }

  /** Resolves when what is known of the holders of these channels is not older than this call. */
  current(channels: readonly FollowedChannel[]): Promise<void> {
    const peers = channels.flatMap((channel) => Array.from(this.holders(channel), ([peer]) => peer));
    return this.asks.askAll(new Set(peers), ["current?"]);
  }

  /** Resolves when all nodes have answered, or have not in time: then this one knows all that they had told. */
  askAll(): Promise<void> {
    return this.asks.askAll(new Set(this.peers), ["current?"]);
  }

  private beginStream(peer: Peer): void {
    this.links.send(peer, ["blocks", this.blocks.blocks]);
    for (const placed of this.places.snapshot()) this.links.send(peer, placed);
    this.owner?.begin(peer);
    this.interest.begin(peer);
    for (const [key, { presence }] of peer.holds) if (presence) this.pushRoster(peer, key);
    this.owner?.mayHaveMissed(peer);
  }

  private received(peer: Peer, head: readonly unknown[], body: Payload | undefined): void {
    const [kind, first, second] = head;
    if (kind === "holds") this.interest.holds(peer, first, second);
    else if (kind === "ready") {
      this.interest.ready(peer, first);
      this.owner?.mayHaveMissed(peer);
    } else if (kind === "knows") this.interest.acknowledged(peer, first);
    else if (kind === "blocks") this.blocks.learn(peer, first);
    else if (kind === "placed") this.places.put(readIds(first), peer);
    else if (kind === "ended") this.places.forget(readIds(first), peer);
    else if (kind === "message") this.deliver(peer, readMessage(head, body));
    else if (kind === "answer") this.asks.answered(peer, first, head.slice(2));
    else if (kind === "member" && typeof first === "string") this.members.apply(peer, first, readEvent(second));
    else if (kind === "roster" && typeof first === "string")
      this.members.roster(peer, first, readMembers(second), head[3] === true);
    else if (kind === "current?") {
      this.interest.flush();
      this.links.send(peer, ["answer", first]);
    } else if (typeof kind === "string" && kind.endsWith("?"))
      this.owner?.asked(peer, [kind, ...head.slice(2)], body, (answer) =>
        this.links.send(peer, ["answer", first, ...answer]),
      );
    else if (!this.sharedLog.told(peer, head, body)) this.owner?.told(peer, head, body);
  }

  private deliver(peer: Peer, message: Message | undefined): void {
    const sending = message && this.owner?.deliver(message);
    if (sending) peer.inbox.pause(sending);
  }

  private holdingChanged(peer: Peer, key: string, before: Holding | undefined, after: Holding | undefined): void {
    if (after?.presence && !before?.presence) this.pushRoster(peer, key);
    if (before && !after) this.members.dropped(peer, key);
    if (isName(key) && (before === undefined) !== (after === undefined)) {
      const isElsewhere = this.interest.holders(key).some(([other]) => other !== peer);
      if (!isElsewhere) this.owner?.nameChanged(channelOf(key), after !== undefined);
    }
  }

  private pushRoster(peer: Peer, key: string): void {
    for (const part of rosterParts(this.owner?.rosterOf(channelOf(key)) ?? []))
      this.links.send(peer, ["roster", key, ...part]);
  }

  private peerLost(peer: Peer): void {
    this.sharedLog.peerLost(peer);
    this.asks.lost(peer);
    this.owner?.lost(peer);
    this.blocks.lost(peer);
    this.places.lost(peer);
    this.interest.lost(peer);
    this.members.lost(peer);
  }
}
