/** What the log says of the processes that propose entries. All nodes know the same at the same position of a shard. */
export class LogNodes {
  /** By shard: those that proposed something and are not gone. */
  private readonly live: readonly Set<string>[];
  private readonly gone: readonly Set<string>[];

  constructor(shards: number) {
    this.live = Array.from({ length: shards }, () => new Set<string>());
    this.gone = Array.from({ length: shards }, () => new Set<string>());
  }

  /** False when the process was taken for dead before: nothing that it proposed later counts. */
  proposed(shard: number, incarnation: string): boolean {
    if (this.gone[shard]?.has(incarnation)) return false;
    this.live[shard]?.add(incarnation);
    return true;
  }

  /** False when that is known already. */
  nodeGone(shard: number, incarnation: string): boolean {
    this.live[shard]?.delete(incarnation);
    if (this.gone[shard]?.has(incarnation)) return false;
    this.gone[shard]?.add(incarnation);
    return true;
  }

  isLive(shard: number, incarnation: string): boolean {
    return this.live[shard]?.has(incarnation) === true;
  }

  all(): Set<string> {
    return new Set(this.live.flatMap((incarnations) => [...incarnations]));
  }
}
