import type { FollowedChannel } from "../../src/engine.ts";
import {
  type Confirmation,
  type Keep,
  type KeepOutcome,
  type KeepRequest,
  KeepUnavailable,
  type KeptChannel,
  type KeptMessage,
  type KeptRange,
  type KeptSpan,
  type Retention,
} from "../../src/keep.ts";

interface Log {
  readonly id: number;
  readonly retention: Retention;
  head: number;
  messages: (KeptMessage & { readonly id: string | undefined })[];
}

const MAX_DEVICES = 16;

/** Kept channels in memory. Each message is committed and settled when the test says so, or immediately. */
export class MemoryKeep implements Keep {
  /** Without it, messages wait for commit(). */
  isImmediate = true;
  /** Every read fails. */
  isUnreadable = false;
  /** Every message fails. */
  isBroken = false;
  maxQueue = Number.POSITIVE_INFINITY;
  private readonly logs = new Map<string, Log>();
  private readonly cursors = new Map<string, number>();
  private readonly queue: KeepRequest[] = [];
  private ids = 0;

  constructor(
    public maxChannels = 0,
    public maxBytes = 0,
  ) {}

  append(request: KeepRequest): boolean {
    if (this.queue.length >= this.maxQueue) return false;
    this.queue.push(request);
    if (this.isImmediate) queueMicrotask(() => this.commit());
    return true;
  }

  /** Commits and settles what waits, at most so many messages. */
  commit(count = Number.POSITIVE_INFINITY): void {
    for (const request of this.queue.splice(0, count)) this.store(request);
  }

  span(channel: FollowedChannel): KeptSpan {
    if (this.isUnreadable) throw new KeepUnavailable("disk I/O error");
    const log = this.logs.get(keyOf(channel));
    if (!log) return { epoch: "memory", first: 1, head: 0 };
    return { epoch: `memory.${log.id}`, first: log.messages[0]?.seq ?? log.head + 1, head: log.head };
  }

  read(channel: FollowedChannel, range: KeptRange): readonly KeptMessage[] {
    const { after, before = Number.POSITIVE_INFINITY, messages, bytes, last = false } = range;
    const held = this.logs.get(keyOf(channel))?.messages ?? [];
    const within = held.filter(({ seq }) => seq > after && seq < before);
    const ordered = (last ? within.reverse() : within).slice(0, messages);
    let size = 0;
    const page = ordered.filter(({ frame }, index) => {
      size += frame.length;
      return index === 0 || size <= bytes;
    });
    return (last ? page.reverse() : page).map(({ seq, at, frame }) => ({ seq, at, frame }));
  }

  confirmed(channel: FollowedChannel, device: string): number {
    return this.cursors.get(`${keyOf(channel)}\0${device}`) ?? 0;
  }

  confirm(channel: KeptChannel, device: string, seq: number): Confirmation | Promise<Confirmation> {
    const prefix = `${keyOf(channel)}\0`;
    const key = prefix + device;
    const devices = [...this.cursors.keys()].filter((one) => one.startsWith(prefix)).length;
    if (!this.cursors.has(key) && devices >= MAX_DEVICES) return "too-many-devices";
    this.cursors.set(key, seq);
    return "confirmed";
  }

  async close(): Promise<void> {
    this.commit();
  }

  /** Deletes what is no longer kept, and forgets channels that are empty then. */
  retain(time: number): void {
    for (const [key, log] of this.logs) {
      const { messages, age, bytes } = log.retention;
      const size = () => log.messages.reduce((sum, { frame }) => sum + frame.length, 0);
      const isOver = () =>
        (messages > 0 && log.messages.length > messages) ||
        (bytes > 0 && size() > bytes) ||
        (age > 0 && (log.messages[0]?.at ?? time) < time - age);
      while (log.messages.length > 0 && isOver()) log.messages.shift();
      if (log.messages.length === 0) this.logs.delete(key);
    }
  }

  private get bytes(): number {
    let bytes = 0;
    for (const { messages } of this.logs.values()) for (const { frame } of messages) bytes += frame.length;
    return bytes;
  }

  private store(request: KeepRequest): void {
    request.settled(this.outcomeOf(request));
  }

  private outcomeOf({ channel, frame, at, id }: KeepRequest): KeepOutcome {
    const key = keyOf(channel);
    if (this.isBroken) return { kind: "failed", reason: "storage" };
    if (!this.logs.has(key) && this.maxChannels > 0 && this.logs.size >= this.maxChannels)
      return { kind: "failed", reason: "channels" };
    if (this.maxBytes > 0 && this.bytes >= this.maxBytes) return { kind: "failed", reason: "disk" };
    const log = this.logs.getOrInsertComputed(key, () => ({
      id: ++this.ids,
      retention: channel.retention,
      head: 0,
      messages: [],
    }));
    const earlier = id === undefined ? undefined : log.messages.find((one) => one.id === id);
    if (earlier) return { kind: "duplicate", seq: earlier.seq };
    const seq = ++log.head;
    log.messages.push({ seq, at, frame, id });
    return { kind: "kept", seq };
  }
}

const keyOf = ({ instance, kind, name }: FollowedChannel): string => JSON.stringify([instance, kind, name]);
