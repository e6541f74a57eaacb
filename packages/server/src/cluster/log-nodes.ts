import { isJsonObject } from "@achex/protocol";
import type { LogPart, LogPosition } from "./log-part.ts";

/**
 * Incarnations that are gone and of which something may still come. All nodes forget the same ones, those that were gone first; what a
 * forgotten one still proposes counts, until it is gone once more.
 */
const MAX_GONE = 1_000;
/** Incarnations that propose, far more than a cluster has nodes. */
const MAX_LIVE = 10_000;

/** What the log says of the incarnations that propose entries. All nodes know the same at the same position of a shard. */
export class LogNodes implements LogPart {
  readonly name = "nodes";
  readonly kinds: readonly string[] = [];
  /** By shard: those that proposed something and are not gone. */
  private live: readonly Set<string>[];
  /** By shard: the position where they became gone. */
  private gone: readonly Map<string, number>[];
  private at: (LogPosition | undefined)[] = [];

  constructor(private readonly shards: number) {
    this.live = Array.from({ length: shards }, () => new Set<string>());
    this.gone = Array.from({ length: shards }, () => new Map<string, number>());
  }

  /** False when the incarnation was gone before: nothing that it proposed later counts. */
  proposed(shard: number, incarnation: string, position: number): boolean {
    const gone = this.gone[shard]?.get(incarnation);
    const live = this.live[shard];
    if (gone === undefined && live && live.size < MAX_LIVE) live.add(incarnation);
    return gone === undefined || position <= gone;
  }

  /** Whether the entry at that position is the first that says so. */
  nodeGoneAt(shard: number, incarnation: string, position: number): boolean {
    this.live[shard]?.delete(incarnation);
    const gone = this.gone[shard];
    const isFirst = gone?.getOrInsert(incarnation, position) === position;
    for (const oldest of gone?.keys() ?? []) {
      if ((gone?.size ?? 0) <= MAX_GONE) break;
      gone?.delete(oldest);
    }
    return isFirst;
  }

  isLive(shard: number, incarnation: string): boolean {
    return this.live[shard]?.has(incarnation) === true;
  }

  all(): Set<string> {
    return new Set(this.live.flatMap((incarnations) => [...incarnations]));
  }

  /** Positions of another log mean something else. */
  forgetLog(shard: number): void {
    this.gone[shard]?.clear();
    this.at[shard] = undefined;
  }

  positions(): readonly (LogPosition | undefined)[] {
    return this.at;
  }

  apply(): void {}

  applied(shard: number, position: LogPosition): void {
    this.at[shard] = position;
  }

  async *copy(): AsyncGenerator<Uint8Array> {
    const gone = this.gone.map((incarnations) => [...incarnations]);
    const at = Array.from({ length: this.shards }, (_, shard) => this.at[shard] ?? null);
    yield Buffer.from(JSON.stringify({ live: this.live.map((incarnations) => [...incarnations]), gone, at }));
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const { live, gone, at }: Readonly<Record<string, unknown>> = JSON.parse(
      Buffer.concat(await Array.fromAsync(copy)).toString(),
    );
    const shardsOf = (sent: unknown): unknown[] =>
      Array.from({ length: this.shards }, (_, shard) => (Array.isArray(sent) ? sent[shard] : undefined));
    this.live = shardsOf(live).map((sent) => new Set(Array.isArray(sent) ? sent.map(String) : []));
    this.gone = shardsOf(gone).map(
      (sent) =>
        new Map(Array.isArray(sent) ? sent.map(([name, position]) => [String(name), Number(position)] as const) : []),
    );
    this.at = shardsOf(at).map((sent) =>
      isJsonObject(sent) ? { log: String(sent.log), position: Number(sent.position) } : undefined,
    );
  }
}
