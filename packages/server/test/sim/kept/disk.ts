import type { FollowedChannel } from "../../../src/engine.ts";
import type {
  Confirmation,
  Keep,
  KeepOutcome,
  KeepRequest,
  KeptChannel,
  KeptMessage,
  KeptRange,
  KeptSpan,
} from "../../../src/keep.ts";

export interface Stored {
  readonly seq: number;
  readonly at: number;
  readonly frame: string;
  readonly id: string | undefined;
  /** The process that stored it. */
  readonly process: number;
}

/** A channel on the disk, with every message that it ever held in its epoch. */
export interface DiskLog {
  readonly epoch: string;
  readonly messages: Stored[];
  /** Position of the oldest message that is still held. */
  first: number;
}

/** What was stored, as clients are compared with it. */
export interface KeptTruth {
  readonly logs: ReadonlyMap<string, DiskLog>;
  /** The epoch of channels that hold nothing. */
  readonly epoch: string;
  /** The time, where a server may be behind that; a join then waits for it (PROTOCOL.md R169). */
  now?(): number;
}

export const keyOf = ({ kind, name }: Pick<FollowedChannel, "kind" | "name">): string => `${kind} ${name}`;

/** What outlives the process. */
export class KeptDisk implements KeptTruth {
  readonly logs = new Map<string, DiskLog>();
  readonly cursors = new Map<string, number>();
  processes = 0;
  private boots = 1;
  private ids = 0;

  get epoch(): string {
    return `b${this.boots}`;
  }

  log(key: string): DiskLog {
    return this.logs.getOrInsertComputed(key, () => ({
      epoch: `${this.epoch}.${++this.ids}`,
      messages: [],
      first: 1,
    }));
  }

  /** The last messages of each channel are lost, and with them the epoch. */
  loseTail(lost: () => number): void {
    this.boots++;
    for (const [key, { messages, first }] of this.logs) {
      const kept = messages.slice(0, Math.max(first - 1, messages.length - lost()));
      // A confirmation is stored after the message, so it cannot be what is left.
      for (const [cursor, seq] of this.cursors)
        if (cursor.startsWith(`${key} `)) this.cursors.set(cursor, Math.min(seq, kept.length));
      this.logs.set(key, { epoch: `${this.epoch}.${++this.ids}`, messages: kept, first });
    }
  }
}

interface Committed {
  readonly request: KeepRequest;
  readonly outcome: KeepOutcome;
}

/** The log as one process uses it; commit, and settling what has been committed, are steps that the simulator takes. */
export class SteppedKeep implements Keep {
  /** Every message fails. */
  isBroken = false;
  maxQueue = Number.POSITIVE_INFINITY;
  /** Each message takes its steps in the next microtask. */
  isImmediate = false;
  private isDead = false;
  private readonly process: number;
  private readonly queue: KeepRequest[] = [];
  private readonly committed: Committed[] = [];
  private readonly confirms = new Map<string, number>();
  /** Positions up to which messages have been settled, of channels in which some have not. */
  private readonly heads = new Map<string, number>();

  constructor(private readonly disk: KeptDisk) {
    this.process = ++disk.processes;
  }

  get unsettled(): number {
    return this.queue.length + this.committed.length;
  }

  append(request: KeepRequest): boolean {
    if (this.queue.length >= this.maxQueue) return false;
    this.queue.push(request);
    if (this.isImmediate) queueMicrotask(() => this.all());
    return true;
  }

  commit(count: number): void {
    if (this.isDead) return;
    for (const [key, seq] of this.confirms) this.disk.cursors.set(key, seq);
    this.confirms.clear();
    for (const request of this.queue.splice(0, count))
      this.committed.push({ request, outcome: this.isBroken ? FAILED : this.store(request) });
  }

  settle(count: number): void {
    if (this.isDead) return;
    for (const { request, outcome } of this.committed.splice(0, count)) {
      if (outcome.kind === "kept") this.heads.set(keyOf(request.channel), outcome.seq);
      request.settled(outcome);
    }
  }

  all(): void {
    while (this.unsettled > 0 && !this.isDead) {
      this.commit(1_000);
      this.settle(1_000);
    }
  }

  /** The process has ended. */
  die(): void {
    this.isDead = true;
  }

  span(channel: FollowedChannel): KeptSpan {
    const log = this.disk.logs.get(keyOf(channel));
    if (!log) return { epoch: this.disk.epoch, first: 1, head: 0 };
    const head = this.headOf(channel, log);
    return { epoch: log.epoch, first: Math.min(log.first, head + 1), head };
  }

  read(channel: FollowedChannel, range: KeptRange): readonly KeptMessage[] {
    const log = this.disk.logs.get(keyOf(channel));
    if (!log) return [];
    const end = Math.min(range.before ?? Number.POSITIVE_INFINITY, this.headOf(channel, log) + 1);
    const held = log.messages.filter(({ seq }) => seq >= log.first && seq > range.after && seq < end);
    return range.last ? held.slice(-range.messages) : held.slice(0, range.messages);
  }

  confirmed(channel: FollowedChannel, device: string): number {
    const key = `${keyOf(channel)} ${device}`;
    return this.confirms.get(key) ?? this.disk.cursors.get(key) ?? 0;
  }

  confirm(channel: KeptChannel, device: string, seq: number): Confirmation {
    this.confirms.set(`${keyOf(channel)} ${device}`, seq);
    return "confirmed";
  }

  async close(): Promise<void> {
    this.all();
  }

  /** What was committed and not settled is hidden from readers. */
  private headOf(channel: FollowedChannel, { messages }: DiskLog): number {
    const known = this.heads.get(keyOf(channel));
    if (known !== undefined) return known;
    const first = this.committed.find(
      ({ request, outcome }) => outcome.kind === "kept" && keyOf(request.channel) === keyOf(channel),
    );
    return first?.outcome.kind === "kept" ? first.outcome.seq - 1 : messages.length;
  }

  private store({ channel, frame, at, id }: KeepRequest): KeepOutcome {
    const log = this.disk.log(keyOf(channel));
    const earlier = id === undefined ? undefined : log.messages.find((one) => one.id === id && one.seq >= log.first);
    if (earlier) return { kind: "duplicate", seq: earlier.seq };
    const seq = log.messages.length + 1;
    log.messages.push({ seq, at, frame: String(frame), id, process: this.process });
    return { kind: "kept", seq };
  }
}

const FAILED: KeepOutcome = { kind: "failed", reason: "storage" };
