import { type Bus, NoQuorum, type StoredEntry } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import { LogAppender } from "./log-appender.ts";
import { batchEntry, decodeBatch } from "./log-batch.ts";
import { LogNodes } from "./log-nodes.ts";
import type { LogEntry, LogPart, Proposal } from "./log-part.ts";
import { LogProposals } from "./log-proposals.ts";
import { MissingNodes } from "./missing-nodes.ts";

export const SHARDS = 4;
const CHECK_MILLISECONDS = 250;
/** Of an entry, encoded: what every NATS takes at once, with its batch. */
const MAX_ENTRY_BYTES = 580 * 1024;

export interface SharedLogDeps {
  readonly bus: Pick<Bus, "append" | "read">;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
  /** Random text of this process. */
  readonly incarnation: string;
  isAlone(): boolean;
  /** A process is one of the nodes that this one hears. */
  isHeard(process: string): boolean;
}

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

interface Registered {
  readonly part: LogPart;
  /** By shard: the position of what it held when reading began. */
  readonly held: number[];
}

/** The process of an incarnation. */
export const processOf = (incarnation: string): string => incarnation.slice(0, incarnation.lastIndexOf("."));

/** What all nodes decide alike, in the order of a log that a quorum of the bus stores (docs/decisions/040-cluster.md). */
export class SharedLog {
  private readonly shards: readonly Shard[];
  private readonly parts: Registered[] = [];
  private readonly byKind = new Map<string, Registered>();
  private readonly proposals = new LogProposals();
  private readonly nodes = new LogNodes(SHARDS);
  private readonly missing = new MissingNodes();
  private readonly caughtUp = Promise.withResolvers<void>();
  private stopChecks: () => void = () => {};
  private lastId = 0;
  private lives = 1;
  private isStopped = false;
  isCaughtUp = false;

  constructor(private readonly deps: SharedLogDeps) {
    const { bus, clock, node } = deps;
    const appender = (shard: number): LogAppender =>
      new LogAppender(shard, {
        ...{ bus, clock, node, incarnation: () => this.incarnation },
        isConnected: () => !deps.isAlone(),
        failed: (entries, reason) =>
          this.proposals.fail(
            entries.map(({ id }) => id),
            reason,
          ),
      });
    this.shards = Array.from({ length: SHARDS }, (_, number) => ({
      ...{ number, appender: appender(number), log: "", position: 0, goal: undefined },
      stop() {},
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
    const registered: Registered = { part, held: [] };
    this.parts.push(registered);
    for (const kind of part.kinds) {
      if (this.byKind.has(kind)) throw new Error(`two parts of the log apply ${kind}`);
      this.byKind.set(kind, registered);
    }
  }

  /** Begins to read; does nothing without parts. */
  start(): void {
    if (this.parts.length === 0) {
      this.becomeReady();
      return;
    }
    for (const shard of this.shards) this.read(shard, 0);
    this.stopChecks = this.deps.clock.every(CHECK_MILLISECONDS, () => this.check());
  }

  /** The shard of everything that happens in an instance, which so has one order (PROTOCOL.md M5). */
  shardOf(instance: string): number {
    let hash = 0x811c9dc5;
    for (let index = 0; index < instance.length; index++)
      hash = Math.imul(hash ^ instance.charCodeAt(index), 0x01000193) >>> 0;
    return hash % SHARDS;
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
  peerLost(process: string): void {
    // While it hears nobody it cannot know.
    if (this.deps.isAlone()) return;
    for (const incarnation of this.nodes.all()) if (processOf(incarnation) === process) this.missing.lost(incarnation);
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
    if (this.isStopped) return "the log has entries of a later version";
    if (bytes > MAX_ENTRY_BYTES) return `an entry has more than ${MAX_ENTRY_BYTES} bytes`;
    return this.proposals.hasRoomFor(bytes) ? undefined : "too much waits to be stored";
  }

  private read(shard: Shard, after: number): void {
    shard.position = after;
    shard.stop = this.deps.bus.read(shard.number, after, {
      began: (_first, last, log) => {
        if (shard.goal === undefined) this.begin(shard, log);
        shard.goal ??= last;
        this.checkReady();
      },
      entry: (entry) => this.stored(shard, entry),
      lost: (first, last) => this.lost(shard, first, last),
    });
  }

  private begin(shard: Shard, log: string): void {
    shard.log = log;
    for (const { part, held } of this.parts) {
      const at = part.positions()[shard.number];
      held[shard.number] = at?.log === log ? at.position : 0;
    }
  }

  private lost({ number, position }: Shard, first: number, last: number): void {
    this.deps.log.error("the log of the cluster does not hold what this node has to read next", {
      ...{ shard: number, position, first, last },
    });
  }

  private stored(shard: Shard, { position, at, bytes }: StoredEntry): void | Promise<void> {
    const batch = decodeBatch(bytes, { shard: shard.number, position, at }, this.incarnation);
    if ("version" in batch) {
      // Whatever a version before this one cannot read would be missing here and not on other nodes.
      if (batch.version !== undefined && batch.version > 0) return this.stopAt(shard, batch.version);
      this.deps.log.error("an entry of the log of the cluster cannot be read", { shard: shard.number, position });
    } else for (const entry of batch) this.apply(entry);
    shard.position = position;
    const waits: Promise<void>[] = [];
    for (const { part, held } of this.parts) {
      if (position <= (held[shard.number] ?? 0)) continue;
      const wait = part.applied?.(shard.number, { log: shard.log, position });
      if (wait) waits.push(wait);
    }
    this.checkReady();
    return waits.length > 0 ? Promise.all(waits).then(() => {}) : undefined;
  }

  private stopAt(shard: Shard, version: number): void {
    shard.stop();
    this.isStopped = true;
    this.deps.log.error("the log of the cluster has an entry of a later version; upgrade this node", { version });
    this.proposals.failAll(new NoQuorum("the log has an entry of a later version"));
  }

  private apply(entry: LogEntry): void {
    const { shard, position, kind, incarnation, isOwn, id } = entry;
    const counts = this.nodes.proposed(shard, incarnation);
    if (kind === "gone" && typeof entry.body === "string") this.applyGone(entry, entry.body);
    else if (counts) {
      const registered = this.byKind.get(kind);
      if (registered && position > (registered.held[shard] ?? 0)) this.safely(() => registered.part.apply(entry), kind);
    }
    if (isOwn && counts) this.proposals.applied(id);
  }

  private applyGone({ shard, position, at }: LogEntry, incarnation: string): void {
    if (!this.nodes.nodeGone(shard, incarnation)) return;
    for (const { part, held } of this.parts)
      if (position > (held[shard] ?? 0)) this.safely(() => part.nodeGone?.(shard, incarnation, at), "gone");
    if (incarnation === this.incarnation) this.rejoin(incarnation);
  }

  /** The others have taken this process for dead, so nothing that it proposes as this incarnation counts any more. */
  private rejoin(dead: string): void {
    this.lives++;
    this.deps.log.warn("the other nodes have taken this one for dead; it joins again", { node: this.deps.node });
    for (const { appender } of this.shards) appender.giveUp(this.lastId + 1);
    this.proposals.failAll(new NoQuorum("the other nodes have taken this one for dead"));
    // In the other shards it may not be gone yet; there it must be before its sessions come back.
    for (const { number } of this.shards)
      if (this.nodes.isLive(number, dead)) this.propose({ shard: number, kind: "gone", body: dead });
    for (const { part } of this.parts) this.safely(() => part.rejoined?.(), "gone");
  }

  /** An error is the same on all nodes, so all of them leave the entry out. */
  private safely(act: () => void, kind: string): void {
    try {
      act();
    } catch (error) {
      this.deps.log.error("an entry of the log of the cluster could not be applied", {
        kind,
        error: failureText(error),
      });
    }
  }

  private checkReady(): void {
    if (this.isCaughtUp) return;
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
    const known = [...this.nodes.all()].filter((incarnation) => processOf(incarnation) !== own);
    for (const gone of this.missing.due(known, (incarnation) => isHeard(processOf(incarnation)), now))
      for (const { number } of this.shards)
        if (this.nodes.isLive(number, gone)) this.propose({ shard: number, kind: "gone", body: gone });
  }
}
