import { type Clock, oncePerTurn } from "../clock.ts";
import type { FollowedChannel } from "../engine.ts";
import {
  type Keep,
  type KeepOutcome,
  type KeepRequest,
  KeepUnavailable,
  type KeptChannel,
  type KeptMessage,
  type KeptRange,
  type KeptSpan,
} from "../keep.ts";
import { closeKeep, type KeepFile, openKeep } from "./database.ts";
import { KeptReader } from "./reader.ts";
import type { AppendEntry, ChannelEntry, ConfirmEntry, FromWriter, ToWriter } from "./writer-messages.ts";

export interface SqliteKeepOptions extends KeepFile {
  readonly clock: Pick<Clock, "time" | "every" | "afterTurn">;
  /** Most channels that are kept; 0 means no limit. */
  readonly maxChannels: number;
  /** Bytes of messages that may wait to be stored. */
  readonly maxQueuedBytes: number;
  /** Whether a channel that holds nothing more must not be forgotten, which would begin a new epoch. */
  readonly inUse: (channel: FollowedChannel) => boolean;
  /** Called when messages could not be stored. */
  readonly failed: (reason: string) => void;
  /** Called when a damaged database was moved aside. */
  readonly damaged: (movedTo: string, reason: string) => void;
}

/** Devices of a name whose positions are stored. */
export const MAX_DEVICES = 16;
/** Batches under way: while one is written, the next is collected, and one waits so that the writer is never idle. */
const MAX_BATCHES = 2;
/** Bytes counted for each waiting message besides its frame. */
const REQUEST_BYTES = 100;

type FailureReason = Extract<KeepOutcome, { kind: "failed" }>["reason"];

/** A channel that has been written since the start. */
interface ActiveChannel {
  readonly channel: FollowedChannel;
  readonly number: number;
  /** Position of the newest message that was committed and settled. */
  head: number;
  /** Requests that are not settled. */
  waiting: number;
}

interface SentBatch {
  readonly requests: readonly KeepRequest[];
  readonly bytes: number;
  readonly confirms: readonly ConfirmEntry[];
}

const keyOf = ({ instance, kind, name }: FollowedChannel): string => `${kind}\0${instance}\0${name}`;
const cursorKey = (key: string, device: string): string => `${key}\0${device}`;

function outcomeOf(position: number | undefined): KeepOutcome {
  if (position === undefined) return { kind: "failed", reason: "storage" };
  return position > 0 ? { kind: "kept", seq: position } : { kind: "duplicate", seq: -position };
}

const sizeOf = ({ frame }: KeepRequest): number => frame.length + REQUEST_BYTES;

/** Kept channels in one SQLite file. A thread of its own writes; reads use another connection and never wait for it. */
export class SqliteKeep implements Keep {
  private readonly worker = new Worker(new URL("./writer-thread.ts", import.meta.url).href);
  private readonly reader: KeptReader;
  private readonly active = new Map<string, ActiveChannel>();
  private readonly keys = new Map<number, string>();
  /** Confirmed positions that are not committed yet. */
  private readonly unwritten = new Map<string, number>();
  private channelCount: number;
  private numbers = 0;
  /** Channels of which the writer does not know yet. */
  private announced: ChannelEntry[] = [];
  private queue: KeepRequest[] = [];
  private confirms: ConfirmEntry[] = [];
  private queuedBytes = 0;
  private readonly sent: SentBatch[] = [];
  private readonly requestTurn: () => void;
  private readonly stopTicks: () => void;
  private readonly closed = Promise.withResolvers<void>();
  private isClosing = false;
  /** Bytes that the channels written since the start hold. */
  storedBytes = 0;

  constructor(private readonly options: SqliteKeepOptions) {
    const { database, epoch, damaged } = openKeep(options);
    if (damaged) options.damaged(damaged.movedTo, damaged.reason);
    this.reader = new KeptReader(database, epoch);
    this.channelCount = this.reader.countChannels();
    this.requestTurn = oncePerTurn(options.clock, () => this.flush());
    this.worker.onmessage = ({ data }: MessageEvent<FromWriter>) => this.heard(data);
    this.worker.onerror = ({ message }) => this.broke(message);
    const file: KeepFile = { folder: options.folder, sync: options.sync };
    this.worker.postMessage(file);
    this.stopTicks = options.clock.every(1_000, () => this.tell({ kind: "retain", now: options.clock.time() }));
  }

  append(request: KeepRequest): boolean {
    const size = sizeOf(request);
    if (this.isClosing || this.queuedBytes + size > this.options.maxQueuedBytes) return false;
    this.queuedBytes += size;
    this.queue.push(request);
    this.requestTurn();
    return true;
  }

  span(channel: FollowedChannel): KeptSpan {
    return this.reader.span(channel, this.active.get(keyOf(channel))?.head);
  }

  read(channel: FollowedChannel, range: KeptRange): readonly KeptMessage[] {
    return this.reader.read(channel, range, this.active.get(keyOf(channel))?.head);
  }

  confirmed(channel: FollowedChannel, device: string): number {
    return this.unwritten.get(cursorKey(keyOf(channel), device)) ?? this.reader.confirmed(channel, device);
  }

  confirm(channel: KeptChannel, device: string, seq: number): boolean {
    if (!this.reader.hasDeviceRoom(channel, device, MAX_DEVICES)) return false;
    const active = this.activate(channel);
    if (!active) return false;
    this.unwritten.set(cursorKey(keyOf(channel), device), seq);
    this.confirms.push([active.number, device, seq]);
    this.requestTurn();
    return true;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.stopTicks();
    this.closeWhenIdle();
    await this.closed.promise;
  }

  private tell(message: ToWriter): void {
    this.worker.postMessage(message);
  }

  /** Sends what waits as one batch: the busier the writer, the larger its commits. */
  private flush(): void {
    if (this.sent.length >= MAX_BATCHES || this.queue.length + this.confirms.length === 0) return;
    const requests: KeepRequest[] = [];
    const appends: AppendEntry[] = [];
    let bytes = 0;
    for (const request of this.queue) {
      const channel = this.activateForWriting(request.channel);
      if (typeof channel === "string") {
        this.queuedBytes -= sizeOf(request);
        request.settled({ kind: "failed", reason: channel });
        continue;
      }
      bytes += sizeOf(request);
      channel.waiting++;
      requests.push(request);
      appends.push([channel.number, request.at, request.frame, request.id]);
    }
    const { confirms, announced: channels } = this;
    this.queue = [];
    this.confirms = [];
    this.announced = [];
    this.sent.push({ requests, bytes, confirms });
    this.tell({ kind: "batch", channels, appends, confirms });
  }

  /** The channel, or why it cannot be written. Nobody waits for the call, so an error that it threw would end the process. */
  private activateForWriting(channel: KeptChannel): ActiveChannel | FailureReason {
    try {
      return this.activate(channel) ?? "channels";
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
      this.options.failed(error.message);
      return "storage";
    }
  }

  /** Counts the channels again; while the storage fails, the number stays as it was. */
  private recount(): void {
    try {
      this.channelCount = this.reader.countChannels();
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
    }
  }

  /** The channel's number; undefined if another channel would be too many. */
  private activate(channel: KeptChannel): ActiveChannel | undefined {
    const key = keyOf(channel);
    const known = this.active.get(key);
    if (known) return known;
    const head = this.reader.head(channel);
    const { maxChannels } = this.options;
    if (head === undefined && maxChannels > 0 && this.channelCount >= maxChannels) return undefined;
    if (head === undefined) this.channelCount++;
    const active = { channel, number: ++this.numbers, head: head ?? 0, waiting: 0 };
    this.active.set(key, active);
    this.keys.set(active.number, key);
    const { instance, kind, name, retention } = channel;
    this.announced.push([active.number, instance, kind, name, retention.messages, retention.age, retention.bytes]);
    return active;
  }

  private heard(message: FromWriter): void {
    if (message.kind === "committed") this.settle(message.positions);
    else if (message.kind === "failed") {
      this.options.failed(message.reason);
      this.settle(undefined);
    } else if (message.kind === "retained") {
      this.storedBytes = message.bytes;
      this.forget(message.empty);
    } else if (message.kind === "forgotten") this.recount();
    else {
      closeKeep(this.reader.database);
      this.worker.terminate();
      this.closed.resolve();
    }
  }

  /** Settles the oldest batch; without positions it was not stored. */
  private settle(positions: readonly number[] | undefined): void {
    const batch = this.sent.shift();
    if (!batch) return;
    this.queuedBytes -= batch.bytes;
    for (const [number, device] of batch.confirms)
      this.unwritten.delete(cursorKey(this.keys.get(number) ?? "", device));
    // A channel that was new in the batch has not been stored.
    if (!positions) this.recount();
    // Before the callbacks, which may append again.
    this.flush();
    for (const [index, request] of batch.requests.entries()) {
      const channel = this.active.get(keyOf(request.channel));
      const position = positions?.[index];
      if (channel) {
        channel.waiting--;
        if (position !== undefined && position > 0) channel.head = position;
      }
      request.settled(outcomeOf(position));
    }
    this.closeWhenIdle();
  }

  /** Forgets empty channels, unless they are in use or a message to them is under way. */
  private forget(empty: readonly number[]): void {
    const queued = new Set(this.queue.map(({ channel }) => keyOf(channel)));
    const confirmed = new Set(this.confirms.map(([number]) => number));
    const channels = empty.filter((number) => {
      const key = this.keys.get(number);
      const active = key === undefined ? undefined : this.active.get(key);
      return (
        key !== undefined &&
        active?.waiting === 0 &&
        !queued.has(key) &&
        !confirmed.has(number) &&
        !this.options.inUse(active.channel)
      );
    });
    if (channels.length === 0) return;
    for (const number of channels) {
      this.active.delete(this.keys.get(number) ?? "");
      this.keys.delete(number);
    }
    this.tell({ kind: "forget", channels });
  }

  /** The thread has ended. */
  private broke(reason: string): void {
    this.options.failed(reason);
    this.isClosing = true;
    while (this.sent.length > 0) this.settle(undefined);
    for (const request of this.queue.splice(0)) request.settled({ kind: "failed", reason: "storage" });
    this.reader.database.close();
    this.closed.resolve();
  }

  private closeWhenIdle(): void {
    if (!this.isClosing || this.sent.length > 0) return;
    if (this.queue.length + this.confirms.length > 0) this.flush();
    else this.tell({ kind: "close" });
  }
}
