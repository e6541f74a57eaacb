import { type Clock, oncePerTurn } from "../clock.ts";
import type { FollowedChannel } from "../engine.ts";
import {
  type Confirmation,
  type Keep,
  type KeepOutcome,
  type KeepRequest,
  KeepUnavailable,
  type KeptChannel,
} from "../keep.ts";
import type { StoringFailure } from "../state.ts";
import { type ActiveChannel, ActiveChannels, keyOf } from "./active-channels.ts";
import { closeKeep, type KeepFile, openKeep, usedBytes } from "./database.ts";
import { cursorKey, KeptReads } from "./kept-reads.ts";
import { forgetSharedRooms } from "./log-positions.ts";
import { KeptReader } from "./reader.ts";
import { type RoomWork, SqliteRooms } from "./sqlite-rooms.ts";
import type { AppendEntry, ConfirmEntry, FromWriter, ToWriter } from "./writer-messages.ts";

export interface SqliteKeepOptions extends KeepFile {
  readonly clock: Pick<Clock, "time" | "every" | "afterTurn">;
  /** Most channels that are kept, and most rooms; 0 means no limit. */
  readonly maxChannels: number;
  /** Bytes on disk beyond which nothing more is stored; 0 means no limit. */
  readonly maxBytes: number;
  /** Bytes of messages that may wait to be stored. */
  readonly maxQueuedBytes: number;
  /** What a stored channel is allowed to hold now; undefined if it is not kept any more. */
  readonly ruleOf: (channel: FollowedChannel) => KeptChannel | undefined;
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

interface SentBatch {
  readonly requests: readonly KeepRequest[];
  readonly bytes: number;
  readonly confirms: readonly ConfirmEntry[];
  readonly rooms: readonly RoomWork[];
}

function outcomeOf(position: number | undefined): KeepOutcome {
  if (position === undefined) return { kind: "failed", reason: "storage" };
  return position > 0 ? { kind: "kept", seq: position } : { kind: "duplicate", seq: -position };
}

const sizeOf = ({ frame }: KeepRequest): number => frame.length + REQUEST_BYTES;

/** Kept channels in one SQLite file. A thread of its own writes; reads use another connection and never wait for it. */
export class SqliteKeep extends KeptReads implements Keep {
  private readonly worker = new Worker(new URL("./writer-thread.ts", import.meta.url).href);
  protected readonly reader: KeptReader;
  protected readonly channels: ActiveChannels;
  /** Rooms whose state is kept. */
  readonly rooms: SqliteRooms;
  private queue: KeepRequest[] = [];
  private confirms: ConfirmEntry[] = [];
  private roomQueue: RoomWork[] = [];
  private term: number | undefined;
  private queuedBytes = 0;
  private readonly sent: SentBatch[] = [];
  private readonly requestTurn: () => void;
  private readonly stopTicks: () => void;
  private readonly closed = Promise.withResolvers<void>();
  private isClosing = false;
  private isKilled = false;
  /** Bytes on disk that are in use. */
  usedBytes = 0;

  constructor(private readonly options: SqliteKeepOptions) {
    super();
    const { database, epoch, damaged } = openKeep(options, forgetSharedRooms);
    if (damaged) options.damaged(damaged.movedTo, damaged.reason);
    this.reader = new KeptReader(database, epoch);
    this.channels = new ActiveChannels(this.reader, options.maxChannels);
    this.rooms = new SqliteRooms(database, {
      maxRooms: options.maxChannels,
      add: (work) => this.addRoom(work),
      noteTerm: (term) => {
        this.term = term;
        this.requestTurn();
      },
    });
    this.usedBytes = usedBytes(database);
    this.requestTurn = oncePerTurn(options.clock, () => this.flush());
    this.worker.onmessage = ({ data }: MessageEvent<FromWriter>) => this.heard(data);
    this.worker.onerror = ({ message }) => this.broke(message);
    const file: KeepFile = { folder: options.folder, sync: options.sync };
    this.worker.postMessage(file);
    this.stopTicks = options.clock.every(1_000, () => this.tick());
  }

  append(request: KeepRequest): boolean {
    const size = sizeOf(request);
    if (this.isClosing || this.queuedBytes + size > this.options.maxQueuedBytes) return false;
    this.queuedBytes += size;
    this.queue.push(request);
    this.requestTurn();
    return true;
  }

  confirm(channel: KeptChannel, device: string, seq: number): Confirmation {
    const active = this.reader.hasDeviceRoom(channel, device, MAX_DEVICES) && this.channels.activate(channel);
    if (!active) return "too-many-devices";
    this.unwritten.set(cursorKey(keyOf(channel), device), seq);
    this.confirms.push([active.number, device, seq]);
    this.requestTurn();
    return "confirmed";
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.stopTicks();
    this.closeWhenIdle();
    await this.closed.promise;
  }

  /** Ends as the end of the process would: what waits is lost, and the next start is not after a clean stop. For tests. */
  async kill(): Promise<void> {
    this.isClosing = true;
    this.isKilled = true;
    this.stopTicks();
    this.tell({ kind: "close" });
    await this.closed.promise;
  }

  private tell(message: ToWriter): void {
    this.worker.postMessage(message);
  }

  private tick(): void {
    this.channels.findStored(this.options.ruleOf);
    const channels = this.channels.takeAnnounced();
    if (channels.length > 0) this.tell({ kind: "announce", channels });
    this.tell({ kind: "retain", now: this.options.clock.time() });
  }

  private addRoom(work: RoomWork): StoringFailure | undefined {
    if (this.isClosing || this.queuedBytes + work.bytes > this.options.maxQueuedBytes) return "keep-busy";
    // What makes room must be possible.
    if (this.isFull && work.entry.content?.keys.some(([, text]) => text !== null)) return "keep-full";
    this.queuedBytes += work.bytes;
    this.roomQueue.push(work);
    this.requestTurn();
    return undefined;
  }

  private get isFull(): boolean {
    return this.options.maxBytes > 0 && this.usedBytes >= this.options.maxBytes;
  }

  private get hasWork(): boolean {
    return this.queue.length + this.confirms.length + this.roomQueue.length > 0 || this.term !== undefined;
  }

  /** Sends what waits as one batch: the busier the writer, the larger its commits. */
  private flush(): void {
    if (this.sent.length >= MAX_BATCHES || !this.hasWork) return;
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
    const { confirms, roomQueue: rooms, term } = this;
    for (const work of rooms) bytes += work.bytes;
    this.queue = [];
    this.confirms = [];
    this.roomQueue = [];
    this.term = undefined;
    if (requests.length + confirms.length + rooms.length === 0 && term === undefined) return;
    this.sent.push({ requests, bytes, confirms, rooms });
    const channels = this.channels.takeAnnounced();
    this.tell({ kind: "batch", channels, appends, confirms, rooms: rooms.map(({ entry }) => entry), term });
  }

  /** The channel, or why it cannot be written. Nobody waits for the call, so an error that it threw would end the process. */
  private activateForWriting(channel: KeptChannel): ActiveChannel | FailureReason {
    if (this.isFull) return "disk";
    try {
      return this.channels.activate(channel) ?? "channels";
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
      this.options.failed(error.message);
      return "storage";
    }
  }

  private heard(message: FromWriter): void {
    if (message.kind === "committed") {
      this.usedBytes = message.bytes;
      this.settle(message.positions);
    } else if (message.kind === "failed") {
      this.reader.isDamaged ||= message.isDamage;
      this.options.failed(message.reason);
      this.settle(undefined);
    } else if (message.kind === "retained") {
      this.usedBytes = message.bytes;
      this.forget(message.empty);
    } else if (message.kind === "forgotten") this.channels.recount();
    else {
      if (this.isKilled) this.reader.database.close();
      else {
        this.rooms.close();
        closeKeep(this.reader.database, !this.reader.isDamaged);
      }
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
      this.unwritten.delete(cursorKey(this.channels.keyOf(number), device));
    // A channel that was new in the batch has not been stored.
    if (!positions) this.channels.recount();
    // Before the callbacks, which may append again.
    this.flush();
    for (const [index, request] of batch.requests.entries()) {
      const channel = this.channels.get(request.channel);
      const position = positions?.[index];
      if (channel) {
        channel.waiting--;
        if (position !== undefined && position > 0) channel.head = position;
      }
      request.settled(outcomeOf(position));
    }
    for (const work of batch.rooms) work.settled(positions ? undefined : "keep-failed");
    this.closeWhenIdle();
  }

  /** Forgets empty channels, unless they are in use or a message to them is under way. */
  private forget(empty: readonly number[]): void {
    const queued = new Set(this.queue.map(({ channel }) => keyOf(channel)));
    const confirmed = new Set(this.confirms.map(([number]) => number));
    const channels = this.channels.forget(
      empty,
      ({ channel, number }) => !queued.has(keyOf(channel)) && !confirmed.has(number) && !this.options.inUse(channel),
    );
    if (channels.length > 0) this.tell({ kind: "forget", channels });
  }

  /** The thread has ended. */
  private broke(reason: string): void {
    this.options.failed(reason);
    this.isClosing = true;
    while (this.sent.length > 0) this.settle(undefined);
    for (const request of this.queue.splice(0)) request.settled({ kind: "failed", reason: "storage" });
    for (const work of this.roomQueue.splice(0)) work.settled("keep-failed");
    this.reader.database.close();
    this.closed.resolve();
  }

  private closeWhenIdle(): void {
    if (!this.isClosing || this.sent.length > 0) return;
    if (this.hasWork) this.flush();
    else this.tell({ kind: "close" });
  }
}
