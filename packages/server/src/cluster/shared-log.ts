import { NoQuorum, type StoredEntry } from "../bus.ts";
import type { Payload } from "../socket.ts";
import { hashOf } from "./hash-of.ts";
import { LogAppender } from "./log-appender.ts";
import { batchEntry, decodeBatch } from "./log-batch.ts";
import { LogCopies } from "./log-copies.ts";
import type { LogEntry, LogPart, Proposal } from "./log-part.ts";
import { LogParts } from "./log-parts.ts";
import { LogProposals } from "./log-proposals.ts";
import { MissingNodes } from "./missing-nodes.ts";
import type { Peer } from "./peer.ts";
import { RefusedEntries } from "./refused-entries.ts";
import type { SharedLogDeps } from "./shared-log-deps.ts";

export const SHARDS = 4;
const CHECK_MILLISECONDS = 250;
/** Of an entry, encoded: what every NATS takes at once, with its batch. */
const MAX_ENTRY_BYTES = 580 * 1024;

interface Shard {
  readonly number: number;
  readonly appender: LogAppender;
  /** Name of the log that is read. */
  log: string;
  /** Position of the last batch that has been applied. */
  position: number;
  /** Position that the log had when reading began; undefined before that. */
  goal: number | undefined;
  stop: () => void;
}

/** The process of an incarnation. */
export const processOf = (incarnation: string): string => incarnation.slice(0, incarnation.lastIndexOf("."));

/** What all nodes decide alike, in the order of a log that a quorum of the bus stores (docs/decisions/040-cluster.md). */
export class SharedLog {
  private readonly shards: readonly Shard[];
  /** Entries that were not applied. */
  readonly refused: RefusedEntries;
  private readonly parts: LogParts;
  private readonly copies: LogCopies;
  private readonly proposals = new LogProposals();
  private readonly missing = new MissingNodes();
  private readonly caughtUp = Promise.withResolvers<void>();
  private stopChecks: () => void = () => {};
  private lastId = 0;
  private lives = 1;
  private isStopped = false;
  /** Shards of which the log no longer has the beginning that this node needs, and where they begin. */
  private readonly behind = new Map<number, number>();
  private isCopying = false;
  isCaughtUp = false;

  constructor(private readonly deps: SharedLogDeps) {
    const { bus, clock, node } = deps;
    this.refused = new RefusedEntries(deps.log, clock);
    this.parts = new LogParts(SHARDS, deps.log, this.refused);
    this.copies = new LogCopies({
      ...deps,
      part: (name) => this.parts.named(name),
      given: (part) => this.shards.map(({ log, number }) => ({ log, position: this.parts.heldBy(part, number) })),
      isComplete: () => this.isCaughtUp && !this.isStopped,
    });
    const appender = (shard: number): LogAppender =>
      new LogAppender(shard, {
        ...{ bus, clock, node, incarnation: () => this.incarnation, isConnected: () => !deps.isAlone() },
        failed: (entries, reason) => this.proposals.fail(entries, reason),
      });
    this.shards = Array.from({ length: SHARDS }, (_, number) => ({
      ...{ number, appender: appender(number), log: "", position: 0, goal: undefined, stop() {} },
    }));
  }

  /** Resolves when this node has applied all that was in the log when it began to read. Before that it must not take sessions. */
  get ready(): Promise<void> {
    return this.caughtUp.promise;
  }

  /** Of this process in the log: another one after the others have taken it for dead. */
  get incarnation(): string {
    return `${this.deps.incarnation}.${this.lives}`;
  }

  /** Name of the log that a shard reads; undefined before it has begun. */
  logOf(shard: number): string | undefined {
    const { goal, log } = this.shards[shard] ?? {};
    return goal === undefined ? undefined : log;
  }

  /** Proposals of this node that have not been applied here. */
  get waiting(): number {
    return this.proposals.count;
  }

  get waitingBytes(): number {
    return this.proposals.bytes;
  }

  /** Adds a part. Must be called before start(). */
  register(part: LogPart): void {
    this.parts.register(part);
  }

  /** Begins to read; does nothing without parts. */
  start(): void {
    if (this.parts.isEmpty) {
      this.becomeReady();
      return;
    }
    for (const shard of this.shards) this.read(shard, 0);
    this.stopChecks = this.deps.clock.every(CHECK_MILLISECONDS, () => this.check());
  }

  /** What another node says about copies of the parts; false when it is about something else. */
  told(peer: Peer, head: readonly unknown[], body: Payload | undefined): boolean {
    return this.copies.told(peer, head, body);
  }

  /** The shard of everything that happens in an instance, which so has one order (PROTOCOL.md M5). */
  shardOf(instance: string): number {
    return hashOf(instance) % SHARDS;
  }

  /** Returns the id of the entry. See Proposal for how it is settled: never in this call. */
  propose(proposal: Proposal): number {
    const id = ++this.lastId;
    const entry = batchEntry(id, proposal.kind, proposal.body, proposal.payload);
    const problem = this.problemWith(entry.bytes);
    const shard = this.shards[proposal.shard];
    if (problem !== undefined || !shard) {
      const failure = new NoQuorum(problem ?? "there is no such shard");
      queueMicrotask(() => proposal.settled?.(failure));
      return id;
    }
    this.proposals.add(id, proposal, entry.bytes, this.deps.clock.now());
    shard.appender.add(entry);
    return id;
  }

  /** A node is gone, as far as this one knows. */
  peerLost(peer: Peer): void {
    this.copies.lost(peer);
    // While it hears nobody it cannot know.
    if (this.deps.isAlone()) return;
    for (const incarnation of this.parts.nodes.all())
      if (processOf(incarnation) === peer.incarnation) this.missing.lost(incarnation);
  }

  /** This node is alone, or no longer. */
  aloneChanged(): void {
    if (this.deps.isAlone()) this.missing.alone();
    else for (const { appender } of this.shards) appender.advance();
  }

  close(): void {
    this.stopChecks();
    for (const shard of this.shards) shard.stop();
    this.proposals.failAll(new NoQuorum("the node has stopped"));
  }

  private problemWith(bytes: number): string | undefined {
    if (this.deps.isAlone()) return "this node is not connected to the others";
    if (this.isStopped) return "this node cannot read the log of the cluster";
    if (bytes > MAX_ENTRY_BYTES) return `an entry has more than ${MAX_ENTRY_BYTES} bytes`;
    return this.proposals.hasRoomFor(bytes) ? undefined : "too much waits to be stored";
  }

  private read(shard: Shard, after: number): void {
    shard.position = after;
    shard.stop = this.deps.bus.read(shard.number, after, {
      began: (_first, last, log) => this.began(shard, last, log),
      entry: (entry) => this.stored(shard, entry),
      lost: (first, last, log) => this.lost(shard, first, last, log),
    });
  }

  private began(shard: Shard, last: number, log: string): void {
    if (shard.goal !== undefined && shard.log !== log) this.madeAgain(shard);
    else if (shard.goal === undefined) {
      shard.goal = last;
      this.parts.begin(shard.number, log, last);
    }
    shard.log = log;
    if (this.behind.size > 0) this.catchUp();
    this.checkReady();
  }

  /** The log no longer reaches back to what this node has to read next, or has lost its end. */
  private lost(shard: Shard, first: number, last: number, log: string): void {
    if (shard.goal !== undefined && (shard.log !== log || shard.position > last)) {
      shard.log = log;
      this.madeAgain(shard);
    } else if (this.isCaughtUp) {
      const reason = "this node was away for too long; restart it, so that it copies what it has missed";
      this.stopAt(shard, reason, { shard: shard.number, first });
    } else {
      this.behind.set(shard.number, first);
      this.began(shard, last, log);
    }
  }

  /** Somebody has deleted the log, or its servers have lost its end: what is in it now is read from its beginning. */
  private madeAgain(shard: Shard): void {
    this.deps.log.error("the log of the cluster has lost entries, or was made again", { shard: shard.number });
    shard.stop();
    this.parts.forgetLog(shard.number);
    this.read(shard, 0);
  }

  /** Copies from another node what the log no longer has, once it is known of all shards where they begin. */
  private catchUp(): void {
    if (this.isCopying || this.shards.some(({ goal }) => goal === undefined)) return;
    this.isCopying = true;
    for (const shard of this.shards) shard.stop();
    const logs = this.shards.map(({ log }) => log);
    void this.copies.fill(this.parts, this.behind, logs).then(() => {
      this.behind.clear();
      this.isCopying = false;
      for (const shard of this.shards) this.read(shard, this.parts.heldByAll(shard.number));
    });
  }

  private stored(shard: Shard, { position, at, bytes }: StoredEntry): void | Promise<void> {
    const batch = decodeBatch(bytes, { shard: shard.number, position, at }, this.incarnation);
    if ("version" in batch) {
      // Whatever a version before this one cannot read would be missing here and not on other nodes.
      if (batch.version !== undefined && batch.version > 0)
        return this.stopAt(shard, "the log of the cluster has an entry of a later version; upgrade this node", batch);
      this.refused.add("garbled", { shard: shard.number, position });
    } else for (const entry of batch) this.apply(entry);
    shard.position = position;
    const waiting = this.parts.applied(shard.number, { log: shard.log, position });
    this.checkReady();
    return waiting;
  }

  private stopAt(shard: Shard, reason: string, fields: object): void {
    shard.stop();
    this.isStopped = true;
    this.deps.log.error(reason, { ...fields });
    this.proposals.failAll(new NoQuorum(reason));
  }

  private apply(entry: LogEntry): void {
    if (!this.parts.apply(entry)) return;
    if (entry.isOwn) this.proposals.applied(entry.id);
    if (entry.kind === "gone" && entry.body === this.incarnation) this.rejoin(this.incarnation);
  }

  /** The others have taken this process for dead, so nothing that it proposes as this incarnation counts any more. */
  private rejoin(dead: string): void {
    this.lives++;
    this.deps.log.warn("the other nodes have taken this one for dead; it joins again", { node: this.deps.node });
    for (const { appender } of this.shards) appender.giveUp(this.lastId + 1);
    this.proposals.failAll(new NoQuorum("the other nodes have taken this one for dead"));
    // In the other shards it may not be gone yet; there it must be before its sessions come back.
    for (const { number } of this.shards)
      if (this.parts.nodes.isLive(number, dead)) this.propose({ shard: number, kind: "gone", body: dead });
    this.parts.rejoined();
  }

  private checkReady(): void {
    if (this.isCaughtUp || this.behind.size > 0) return;
    if (this.shards.every(({ goal, position }) => goal !== undefined && position >= goal)) this.becomeReady();
  }

  private becomeReady(): void {
    this.isCaughtUp = true;
    this.caughtUp.resolve();
  }

  private check(): void {
    const { clock, isHeard, incarnation: own } = this.deps;
    const now = clock.now();
    const before = this.proposals.expire(now) ?? this.lastId + 1;
    for (const { appender } of this.shards) {
      appender.giveUp(before);
      appender.advance();
    }
    if (this.deps.isAlone() || !this.isCaughtUp || this.isStopped) return;
    const known = [...this.parts.nodes.all()].filter((incarnation) => processOf(incarnation) !== own);
    for (const gone of this.missing.due(known, (incarnation) => isHeard(processOf(incarnation)), now))
      for (const { number } of this.shards)
        if (this.parts.nodes.isLive(number, gone)) this.propose({ shard: number, kind: "gone", body: gone });
  }
}
