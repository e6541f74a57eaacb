import { type Bus, NoQuorum } from "../bus.ts";
import { type Clock, oncePerTurn } from "../clock.ts";
import { type BatchEntry, encodeBatch } from "./log-batch.ts";

/** A batch ends with the entry that reaches this. */
const BATCH_BYTES = 256 * 1024;

export interface LogAppenderDeps {
  readonly bus: Pick<Bus, "append">;
  readonly clock: Pick<Clock, "afterTurn">;
  readonly node: string;
  incarnation(): string;
  /** The bus is connected. */
  isConnected(): boolean;
  /** Stops waiting for the entries. */
  failed(entries: readonly BatchEntry[], reason: NoQuorum): void;
}

interface Batch {
  readonly entries: readonly BatchEntry[];
  readonly bytes: Uint8Array;
  readonly id: string;
}

/**
 * Appends the proposals of one shard. One batch is under way at a time, so the entries of a node have the order in which they were
 * proposed even if a batch has to be repeated; what is proposed meanwhile is the next batch.
 */
export class LogAppender {
  private queue: BatchEntry[] = [];
  private current: Batch | undefined;
  private isAppending = false;
  private readonly requestTurn: () => void;

  constructor(
    private readonly shard: number,
    private readonly deps: LogAppenderDeps,
  ) {
    this.requestTurn = oncePerTurn(deps.clock, () => this.advance());
  }

  add(entry: BatchEntry): void {
    this.queue.push(entry);
    this.requestTurn();
  }

  /** Repeats what was not acknowledged, which JetStream stores only once. */
  advance(): void {
    if (this.isAppending || !this.deps.isConnected()) return;
    this.current ??= this.next();
    if (this.current) void this.append(this.current);
  }

  /** Entries proposed before this one have failed, as far as anybody knows; they must not be appended any more. */
  giveUp(before: number): void {
    this.queue = this.queue.filter(({ id }) => id >= before);
    const last = this.current?.entries.at(-1);
    if (last && last.id < before) this.current = undefined;
  }

  private next(): Batch | undefined {
    const entries: BatchEntry[] = [];
    let bytes = 0;
    for (const entry of this.queue) {
      // One large entry may exceed it, alone.
      if (bytes > 0 && bytes + entry.bytes > BATCH_BYTES) break;
      entries.push(entry);
      bytes += entry.bytes;
    }
    const [first] = entries;
    if (!first) return undefined;
    this.queue.splice(0, entries.length);
    const incarnation = this.deps.incarnation();
    return { entries, bytes: encodeBatch(this.deps.node, incarnation, entries), id: `${incarnation}.${first.id}` };
  }

  private async append(batch: Batch): Promise<void> {
    this.isAppending = true;
    try {
      await this.deps.bus.append(this.shard, batch.bytes, batch.id);
      if (this.current === batch) this.current = undefined;
      this.isAppending = false;
      // In the same turn: what was collected has waited long enough.
      this.advance();
    } catch (error) {
      this.isAppending = false;
      if (!(error instanceof NoQuorum))
        this.deps.failed(batch.entries, new NoQuorum("the entry could not be appended", { cause: error }));
    }
  }
}
