import type { LogEntry, LogPart, LogPosition } from "../../src/cluster/log-part.ts";

/** A part of the log that remembers what it applied. */
export class RecordedPart implements LogPart {
  readonly name: string = "recorded";
  readonly kinds: readonly string[] = ["note"];
  readonly entries: LogEntry[] = [];
  readonly gone: string[] = [];
  readonly held: (LogPosition | undefined)[] = [];
  rejoins = 0;
  /** How often it was replaced by a copy. */
  restored = 0;
  /** What the log waits for before it goes on. */
  wait: Promise<void> | undefined;

  /** What it applied, in order. */
  get notes(): unknown[] {
    return this.entries.map(({ body }) => body);
  }

  positions(): readonly (LogPosition | undefined)[] {
    return [...this.held];
  }

  apply(entry: LogEntry): void {
    this.entries.push(entry);
  }

  nodeGone(shard: number, incarnation: string): void {
    this.gone.push(`${shard} ${incarnation}`);
  }

  rejoined(): void {
    this.rejoins++;
  }

  applied(shard: number, position: LogPosition): Promise<void> | undefined {
    this.held[shard] = position;
    return this.wait;
  }

  async *copy(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(JSON.stringify([this.held, this.entries, this.gone]));
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    this.restored++;
    const parts: Uint8Array[] = [];
    for await (const part of copy) parts.push(part);
    const [held, entries, gone] = JSON.parse(Buffer.concat(parts).toString());
    this.held.splice(0, this.held.length, ...held);
    this.entries.splice(0, this.entries.length, ...entries);
    this.gone.splice(0, this.gone.length, ...gone);
  }
}
