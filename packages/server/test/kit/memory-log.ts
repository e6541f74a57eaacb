import { type LogSink, NoQuorum, type StoredEntry } from "../../src/bus.ts";

interface Reader {
  readonly name: string;
  readonly shard: number;
  readonly sink: LogSink;
  after: number;
  /** Its next entry is on its way, or being handled. */
  isBusy: boolean;
  hasBegun: boolean;
  isStopped: boolean;
}

interface Shard {
  /** Position of the last entry that is gone. */
  dropped: number;
  readonly entries: StoredEntry[];
  readonly ids: Map<string, number>;
}

export interface MemoryLogDeps {
  /** Does something when the test flushes; those of one key keep their order. */
  later(key: string, act: () => void): void;
  /** The node is connected to the bus. */
  isConnected(name: string): boolean;
  time(): number;
}

/** The logs of nodes in memory. Entries are stored, and arrive, when the test flushes. */
export class MemoryLog {
  private readonly shards = new Map<number, Shard>();
  private readonly readers = new Set<Reader>();
  /** Nodes on the side that has too few servers of the log: what they append is not stored. */
  readonly minority = new Set<string>();
  /** Names the log. */
  name = "memory";
  /** What is appended is stored, but nobody learns it. */
  losesAnswers = false;
  /** Called with each entry in the moment in which it is stored. */
  whenStored: (shard: number, entry: StoredEntry) => void = () => {};

  constructor(private readonly deps: MemoryLogDeps) {}

  append(name: string, shard: number, entry: Uint8Array, id: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const bytes = entry.slice();
    if (!this.canReach(name)) reject(new NoQuorum("no quorum"));
    else
      this.deps.later(`append ${name}`, () => {
        if (!this.canReach(name)) return reject(new NoQuorum("the connection was lost"));
        const position = this.store(shard, bytes, id);
        if (this.losesAnswers) reject(new NoQuorum("no answer"));
        else resolve(position);
      });
    return promise;
  }

  read(name: string, shard: number, after: number, sink: LogSink): () => void {
    const reader: Reader = { name, shard, sink, after, isBusy: false, hasBegun: false, isStopped: false };
    this.readers.add(reader);
    this.advance(reader);
    return () => this.end(reader);
  }

  /** The node is connected, or has a quorum again. */
  joined(name: string): void {
    for (const reader of this.readers) if (reader.name === name) this.advance(reader);
  }

  left(name: string): void {
    for (const reader of this.readers) if (reader.name === name) reader.hasBegun = false;
  }

  killed(name: string): void {
    for (const reader of this.readers) if (reader.name === name) this.end(reader);
  }

  /** Entries up to this position are too old. */
  drop(shard: number, upTo: number): void {
    const log = this.shard(shard);
    log.entries.splice(0, upTo - log.dropped);
    log.dropped = upTo;
  }

  /** The log has lost its last entries. */
  loseEnd(shard: number, entries: number): void {
    const { entries: held } = this.shard(shard);
    held.splice(held.length - entries);
  }

  /** The log was deleted and made again. */
  reset(name: string): void {
    this.name = name;
    this.shards.clear();
  }

  /** Position of the last entry that is gone. */
  dropped(shard: number): number {
    return this.shard(shard).dropped;
  }

  last(shard: number): number {
    const { dropped, entries } = this.shard(shard);
    return dropped + entries.length;
  }

  private canReach(name: string): boolean {
    return this.deps.isConnected(name) && !this.minority.has(name);
  }

  private end(reader: Reader): void {
    reader.isStopped = true;
    this.readers.delete(reader);
  }

  private shard(shard: number): Shard {
    return this.shards.getOrInsertComputed(shard, () => ({ dropped: 0, entries: [], ids: new Map() }));
  }

  private store(shard: number, bytes: Uint8Array, id: string): number {
    const { ids, entries } = this.shard(shard);
    const known = ids.get(id);
    if (known !== undefined) return known;
    const position = this.last(shard) + 1;
    const entry = { position, at: this.deps.time(), bytes };
    entries.push(entry);
    this.whenStored(shard, entry);
    ids.set(id, position);
    for (const reader of this.readers) if (reader.shard === shard) this.advance(reader);
    return position;
  }

  private advance(reader: Reader): void {
    if (reader.isBusy || !this.canReach(reader.name)) return;
    if (reader.hasBegun && reader.after === this.last(reader.shard)) return;
    reader.isBusy = true;
    this.deps.later(`log ${reader.shard} ${reader.name}`, () => void this.next(reader));
  }

  private async next(reader: Reader): Promise<void> {
    if (!reader.isStopped && this.canReach(reader.name)) await this.give(reader);
    reader.isBusy = false;
    if (!reader.isStopped) this.advance(reader);
  }

  private give(reader: Reader): void | Promise<void> {
    const { dropped, entries } = this.shard(reader.shard);
    const last = dropped + entries.length;
    if (reader.after < dropped || reader.after > last) {
      this.end(reader);
      reader.sink.lost(dropped + 1, last, this.name);
      return;
    }
    if (!reader.hasBegun) {
      reader.hasBegun = true;
      reader.sink.began(dropped + 1, last, this.name);
      return;
    }
    const entry = entries[reader.after - dropped];
    if (!entry) return;
    reader.after++;
    return reader.sink.entry(entry);
  }
}
