import type { StoredEntry } from "../../../src/bus.ts";
import { decodeBatch } from "../../../src/cluster/log-batch.ts";
import type { LogEntry } from "../../../src/cluster/log-part.ts";
import { type KeepRule, keptChannel } from "../../../src/config/keep-rules.ts";
import { readKeep } from "../../../src/keep/shared-entries.ts";
import { type DiskLog, type KeptTruth, keyOf, type Stored } from "../kept/disk.ts";

/** What the log of a cluster means for kept channels: the history that every node must have, known in the moment in which an entry is stored. */
export class KeptModel implements KeptTruth {
  readonly logs = new Map<string, DiskLog>();
  readonly epoch = "0";
  /** By shard and incarnation: the position at which it became gone. */
  private readonly gone = new Map<string, number>();

  constructor(
    private readonly rules: readonly KeepRule[],
    readonly now: () => number,
  ) {}

  stored(shard: number, { position, at, bytes }: StoredEntry): void {
    const batch = decodeBatch(bytes, { shard, position, at }, "");
    if ("version" in batch) throw new Error(`entry ${position} cannot be read`);
    for (const entry of batch) this.apply(entry);
  }

  private apply({ shard, position, at, kind, body, payload, incarnation, id: number }: LogEntry): void {
    // What a process says after the others have taken it for dead does not count.
    if (position > (this.gone.get(`${shard} ${incarnation}`) ?? position)) return;
    if (kind === "gone") this.gone.getOrInsert(`${shard} ${body}`, position);
    if (kind !== "keep") return;
    const read = readKeep(body);
    const kept = read && keptChannel(this.rules, read.channel);
    if (!kept) throw new Error(`entry ${position} is for no kept channel`);
    const epoch = [at, position, number].map((part) => part.toString(36)).join(".");
    const log = this.logs.getOrInsertComputed(keyOf(kept), () => ({ epoch, messages: [], first: 1 }));
    const earlier = read.id === undefined ? undefined : log.messages.findLast(({ id }) => id === read.id);
    if (earlier && earlier.seq >= log.first) return;
    const message: Stored = { seq: log.messages.length + 1, at, frame: String(payload), id: read.id, process: 0 };
    log.messages.push(message);
    const { messages } = kept.retention;
    if (messages > 0) log.first = Math.max(1, log.messages.length - messages + 1);
  }
}
