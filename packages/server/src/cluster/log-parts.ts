import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import { LogNodes } from "./log-nodes.ts";
import type { LogEntry, LogPart, LogPosition } from "./log-part.ts";
import type { RefusedEntries } from "./refused-entries.ts";

interface Registered {
  readonly part: LogPart;
  /** By shard: the position up to which it has been given the entries. */
  readonly held: number[];
}

/** The parts of the log on this node: which entries each of them has been given. */
export class LogParts {
  readonly nodes: LogNodes;
  private readonly all: Registered[] = [];
  private readonly byKind = new Map<string, Registered>();

  constructor(
    shards: number,
    private readonly log: Log,
    private readonly refused: RefusedEntries,
  ) {
    this.nodes = new LogNodes(shards);
    this.register(this.nodes);
  }

  get isEmpty(): boolean {
    return this.all.length === 1;
  }

  register(part: LogPart): void {
    const registered: Registered = { part, held: [] };
    this.all.push(registered);
    for (const kind of part.kinds) {
      if (this.byKind.has(kind)) throw new Error(`two parts of the log apply ${kind}`);
      this.byKind.set(kind, registered);
    }
  }

  named(name: string): LogPart | undefined {
    return this.all.find(({ part }) => part.name === name)?.part;
  }

  /** Reads what the parts hold of a log that ends at `last`. */
  begin(shard: number, log: string, last: number): void {
    for (const registered of this.all) this.hold(registered, shard, log, last);
  }

  /** The parts that need entries before `first`, of any of the shards. */
  behind(firsts: ReadonlyMap<number, number>): LogPart[] {
    return this.all
      .filter(({ held }) => [...firsts].some(([shard, first]) => (held[shard] ?? 0) < first - 1))
      .map(({ part }) => part);
  }

  positions(): readonly (readonly (LogPosition | undefined)[])[] {
    return this.all.map(({ part }) => part.positions());
  }

  /**
   * A part holds what another node held, which had been given the entries up to `given`. That can be more than the log had when this node began
   * to read it. Parts that are stored in the same place have other positions than `before` now.
   */
  restored(
    part: LogPart,
    logs: readonly string[],
    given: readonly (LogPosition | undefined)[],
    before: readonly (readonly (LogPosition | undefined)[])[],
  ): void {
    const inLog = (shard: number, at: LogPosition | undefined) => (at?.log === logs[shard] ? (at?.position ?? 0) : 0);
    for (const [index, registered] of this.all.entries()) {
      const { held } = registered;
      const stored = registered.part.positions();
      for (const shard of logs.keys()) {
        const own = inLog(shard, stored[shard]);
        if (registered.part === part) held[shard] = Math.max(own, inLog(shard, given[shard]));
        else if (own !== inLog(shard, before[index]?.[shard])) held[shard] = own;
        else continue;
        this.learnIncarnations(registered.part, shard);
      }
    }
  }

  /** The position up to which a part has been given the entries. */
  heldBy(part: LogPart, shard: number): number {
    return this.all.find((one) => one.part === part)?.held[shard] ?? 0;
  }

  /** Nobody has what was before: the parts go on without it. */
  skipTo(part: LogPart, firsts: ReadonlyMap<number, number>): void {
    const held = this.all.find((one) => one.part === part)?.held;
    if (held) for (const [shard, first] of firsts) held[shard] = Math.max(held[shard] ?? 0, first - 1);
  }

  /** Another log has begun. */
  forgetLog(shard: number): void {
    this.nodes.forgetLog(shard);
    for (const { held } of this.all) held[shard] = 0;
  }

  /** The position that all parts have been given. */
  heldByAll(shard: number): number {
    return Math.min(...this.all.map(({ held }) => held[shard] ?? 0));
  }

  /** Gives an entry to its part; false when it does not count. */
  apply(entry: LogEntry): boolean {
    const { shard, position, kind, incarnation, at } = entry;
    const counts = this.nodes.proposed(shard, incarnation, position);
    // Who was alone takes all others for dead. If that counted, rooms would lose their last member, and what was acknowledged.
    if (!counts) return false;
    if (kind === "gone" && typeof entry.body === "string") this.nodeGone(shard, position, entry.body, at);
    else {
      const registered = this.byKind.get(kind);
      if (registered && position > (registered.held[shard] ?? 0)) this.safely(() => registered.part.apply(entry), kind);
    }
    return true;
  }

  /** All entries of the shard up to there have been given. Resolves when the parts can take more. */
  applied(shard: number, at: LogPosition): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const { part, held } of this.all) {
      if (at.position <= (held[shard] ?? 0)) continue;
      held[shard] = at.position;
      const wait = this.safely(() => part.applied?.(shard, at), "applied");
      if (wait) waits.push(wait);
    }
    return waits.length > 0 ? Promise.all(waits).then(() => {}) : undefined;
  }

  rejoined(): void {
    for (const { part } of this.all) this.safely(() => part.rejoined?.(), "gone");
  }

  private nodeGone(shard: number, position: number, incarnation: string, at: number): void {
    if (!this.nodes.nodeGoneAt(shard, incarnation, position)) return;
    for (const { part, held } of this.all)
      if (position > (held[shard] ?? 0)) this.safely(() => part.nodeGone?.(shard, incarnation, at), "gone");
  }

  private hold({ part, held }: Registered, shard: number, log: string, last: number): void {
    const at = part.positions()[shard];
    held[shard] = at?.log === log ? at.position : 0;
    this.learnIncarnations(part, shard);
    if (held[shard] <= last) return;
    held[shard] = last;
    this.log.error("the log of the cluster has lost its end; this node holds what the others may not have", {
      ...{ part: part.name, shard, position: at?.position, last },
    });
  }

  private learnIncarnations(part: LogPart, shard: number): void {
    for (const incarnation of part.incarnations?.(shard) ?? []) this.nodes.proposed(shard, incarnation, 0);
  }

  /** An error is the same on all nodes, so all of them leave the entry out. */
  private safely<Result>(act: () => Result, kind: string): Result | undefined {
    try {
      return act();
    } catch (error) {
      this.refused.add("failed", { kind, error: failureText(error) }, kind);
      return undefined;
    }
  }
}
