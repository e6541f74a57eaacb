import { type Clock, oncePerTurn } from "../clock.ts";
import type { FollowedChannel } from "../engine.ts";
import { type Holding, isPlain, keyOf, PLAIN, readHolding, type SentHolding, sentHolding } from "./holding.ts";
import type { Peer } from "./peer.ts";

/** Entries of one frame of a snapshot. */
const ENTRIES = 2_000;
/** How long a session waits until the other nodes know what it enters. */
const WAIT_MILLISECONDS = 250;
const CHECK_MILLISECONDS = 25;

/** What this node says of a channel. */
interface OwnHolding {
  holding: Holding;
  /** Sessions are in it. */
  isFollowed: boolean;
  /** Sessions that are about to enter it. */
  entering: number;
  /** Number of the change by which the others learnt of it. */
  change: number;
}

interface Waiting {
  readonly change: number;
  readonly until: number;
  readonly resolve: () => void;
}

export interface InterestDeps {
  readonly clock: Pick<Clock, "now" | "every" | "afterTurn">;
  peers(): Iterable<Peer>;
  send(peer: Peer, head: readonly unknown[]): boolean;
  /** Another node holds the channel now, which it did not, or did otherwise; or no longer. */
  changed(peer: Peer, key: string, before: Holding | undefined, after: Holding | undefined): void;
}

/** A session that is about to enter channels. */
export interface Entering {
  /** Resolves when the others know it; undefined if they do already. */
  readonly known: Promise<void> | undefined;
  /** To be called when it has entered them, or will not. */
  done(): void;
}

/** Which channels have members on this node and on the others. */
export class Interest {
  private readonly own = new Map<string, OwnHolding>();
  private readonly changes = new Map<string, Holding | undefined>();
  private change = 0;
  private waiting: Waiting[] = [];
  private stopChecks: (() => void) | undefined;
  private readonly incoming = new Map<Peer, Map<string, Holding>>();
  private readonly toAcknowledge = new Map<Peer, number>();
  private readonly flushLater: () => void;
  private readonly acknowledgeLater: () => void;

  constructor(private readonly deps: InterestDeps) {
    this.flushLater = oncePerTurn(deps.clock, () => this.flush());
    this.acknowledgeLater = oncePerTurn(deps.clock, () => this.acknowledge());
  }

  /** Channels that this node has told the others of. */
  get size(): number {
    return this.own.size;
  }

  /** The other nodes that have members of the channel. */
  *holders(key: string): Generator<readonly [Peer, Holding]> {
    for (const peer of this.deps.peers()) {
      const holding = peer.holds.get(key);
      if (holding) yield [peer, holding];
    }
  }

  isHeld(key: string): boolean {
    for (const peer of this.deps.peers()) if (peer.holds.has(key)) return true;
    return false;
  }

  /** A session of this node is about to enter the channels; `parts` say what they are besides plain. */
  enter(channels: readonly FollowedChannel[], parts: readonly Partial<Holding>[]): Entering {
    const keys = channels.map(keyOf);
    let change = 0;
    for (const [index, key] of keys.entries()) {
      const own = this.ownHolding(key);
      own.entering++;
      this.describeOwn(key, own, parts[index] ?? {});
      change = Math.max(change, own.change);
    }
    return {
      known: this.isKnown(change) ? undefined : this.wait(change),
      done: () => {
        for (const key of keys) this.left(key, (own) => own.entering--);
      },
    };
  }

  follow(channel: FollowedChannel): void {
    this.ownHolding(keyOf(channel)).isFollowed = true;
  }

  unfollow(channel: FollowedChannel): void {
    this.left(keyOf(channel), (own) => {
      own.isFollowed = false;
    });
  }

  /** What is said of a channel, besides that it has members here. */
  describe(channel: FollowedChannel, part: Partial<Holding>): void {
    const key = keyOf(channel);
    const own = this.own.get(key);
    if (own) this.describeOwn(key, own, part);
  }

  private describeOwn(key: string, own: OwnHolding, part: Partial<Holding>): void {
    const holding = { ...own.holding, ...part };
    const { presence, service, turns } = own.holding;
    if (holding.presence === presence && holding.service === service && holding.turns === turns) return;
    this.set(key, own, isPlain(holding) ? PLAIN : holding);
  }

  /** Tells a peer everything; later changes follow. */
  begin(peer: Peer): void {
    this.flush();
    peer.acknowledged = 0;
    const all = [...this.own];
    for (let at = 0; at < all.length; at += ENTRIES) {
      const entries = all.slice(at, at + ENTRIES).map(([key, { holding }]) => sentHolding(key, holding));
      this.deps.send(peer, ["holds", 0, entries]);
    }
    this.deps.send(peer, ["ready", this.change]);
  }

  /** A peer begins to tell everything. */
  began(peer: Peer): void {
    this.incoming.set(peer, new Map());
  }

  /** A peer says what it holds. */
  holds(peer: Peer, change: unknown, entries: unknown): void {
    if (!Array.isArray(entries)) return;
    const incoming = this.incoming.get(peer);
    for (const sent of entries) {
      const read = readHolding(sent);
      if (!read) continue;
      const { key, holding } = read;
      if (incoming && holding) incoming.set(key, holding);
      else if (incoming) incoming.delete(key);
      else this.apply(peer, key, holding);
    }
    this.applied(peer, change);
  }

  /** A peer has told everything: only what differs from what was known is a change. */
  ready(peer: Peer, change: unknown): void {
    const incoming = this.incoming.get(peer);
    if (!incoming) return;
    this.incoming.delete(peer);
    peer.isReady = true;
    const before = peer.holds;
    for (const key of before.keys()) if (!incoming.has(key)) this.apply(peer, key, undefined);
    for (const [key, holding] of incoming) this.apply(peer, key, holding);
    this.applied(peer, change);
  }

  /** A peer knows the changes up to that one. */
  acknowledged(peer: Peer, change: unknown): void {
    if (typeof change !== "number") return;
    peer.acknowledged = Math.max(peer.acknowledged, change);
    peer.isSlow = false;
    this.resolveKnown();
  }

  lost(peer: Peer): void {
    this.incoming.delete(peer);
    this.toAcknowledge.delete(peer);
    const { holds } = peer;
    peer.holds = new Map();
    for (const [key, holding] of holds) this.deps.changed(peer, key, holding, undefined);
    this.resolveKnown();
  }

  private ownHolding(key: string): OwnHolding {
    const known = this.own.get(key);
    if (known) return known;
    const own: OwnHolding = { holding: PLAIN, isFollowed: false, entering: 0, change: 0 };
    this.own.set(key, own);
    this.set(key, own, PLAIN);
    return own;
  }

  private set(key: string, own: OwnHolding, holding: Holding): void {
    own.holding = holding;
    own.change = this.note(key, holding);
  }

  private left(key: string, change: (own: OwnHolding) => void): void {
    const own = this.own.get(key);
    if (!own) return;
    change(own);
    if (own.isFollowed || own.entering > 0) return;
    this.own.delete(key);
    this.note(key, undefined);
  }

  /** Returns the number of the change. */
  private note(key: string, holding: Holding | undefined): number {
    const change = this.change + 1;
    this.changes.set(key, holding);
    this.flushLater();
    return change;
  }

  /** Tells the others all changes now, instead of at the end of the turn. */
  flush(): void {
    if (this.changes.size === 0) return;
    this.change++;
    const entries: SentHolding[] = Array.from(this.changes, ([key, holding]) => sentHolding(key, holding));
    this.changes.clear();
    for (const peer of this.deps.peers()) this.deps.send(peer, ["holds", this.change, entries]);
    this.resolveKnown();
  }

  private isKnown(change: number): boolean {
    for (const { isReady, isSlow, acknowledged } of this.deps.peers())
      if (isReady && !isSlow && acknowledged < change) return false;
    return true;
  }

  private wait(change: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push({ change, until: this.deps.clock.now() + WAIT_MILLISECONDS, resolve });
    this.stopChecks ??= this.deps.clock.every(CHECK_MILLISECONDS, () => this.checkWaiting());
    return promise;
  }

  private checkWaiting(): void {
    const now = this.deps.clock.now();
    for (const { change, until } of this.waiting) {
      if (until > now) continue;
      for (const peer of this.deps.peers()) if (peer.acknowledged < change) peer.isSlow = true;
    }
    this.resolveKnown();
    if (this.waiting.length > 0) return;
    this.stopChecks?.();
    this.stopChecks = undefined;
  }

  private resolveKnown(): void {
    if (this.waiting.length === 0) return;
    const { waiting } = this;
    this.waiting = waiting.filter(({ change }) => !this.isKnown(change));
    for (const one of waiting) if (this.isKnown(one.change)) one.resolve();
  }

  private apply(peer: Peer, key: string, holding: Holding | undefined): void {
    const before = peer.holds.get(key);
    if (holding) peer.holds.set(key, holding);
    else peer.holds.delete(key);
    this.deps.changed(peer, key, before, holding);
  }

  private applied(peer: Peer, change: unknown): void {
    if (typeof change !== "number" || change === 0) return;
    this.toAcknowledge.set(peer, change);
    this.acknowledgeLater();
  }

  private acknowledge(): void {
    for (const [peer, change] of this.toAcknowledge) this.deps.send(peer, ["knows", change]);
    this.toAcknowledge.clear();
  }
}
