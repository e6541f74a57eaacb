import type { Clock } from "../clock.ts";
import type { LogPosition } from "../cluster/log-part.ts";
import type { KeepRequest } from "../keep.ts";
import type { RoomCheckpoint } from "../shared-room-store.ts";
import type { Payload } from "../socket.ts";
import type { RoomKey } from "../state.ts";
import type { ActiveChannel, ActiveChannels } from "./active-channels.ts";
import type { KeepFile } from "./database.ts";
import { checkpointBytes, writtenRoom } from "./logged-rooms.ts";
import type { RunningWriter, StartWriter } from "./start-writer.ts";
import type { AppendEntry, Batch, ConfirmEntry, FromWriter, SharedBatch } from "./writer-messages.ts";

/** A message of the log that is to be stored. */
export interface LoggedWork {
  readonly channel: ActiveChannel;
  readonly at: number;
  readonly frame: Payload;
  readonly id: string | undefined;
  readonly except: number | undefined;
  readonly turn: string | undefined;
  readonly entry: string;
  readonly epoch: string;
  /** What asked for it on this node. */
  readonly request: KeepRequest | undefined;
  readonly number: number;
}

export interface LoggedBatchesDeps extends KeepFile {
  readonly clock: Pick<Clock, "every">;
  readonly channels: ActiveChannels;
  readonly maxQueuedBytes: number;
  readonly startWriter: StartWriter;
  /** Called in the order of the log. */
  settled(work: LoggedWork, position: number): void;
  used(bytes: number): void;
  /** Rooms have been stored, in the order of their checkpoints. */
  roomsStored(rooms: readonly RoomKey[]): void;
  /** These channels hold nothing more. */
  empty(numbers: readonly number[]): void;
  failed(reason: string): void;
  closed(): void;
}

/** Bytes counted for each waiting message besides its frame. */
const WORK_BYTES = 100;
const RETRY_MILLISECONDS = 1_000;

/** What is collected for one transaction. */
class Collected {
  readonly works: LoggedWork[] = [];
  readonly confirms: ConfirmEntry[] = [];
  /** To be called when these confirmed positions are stored. */
  readonly confirmed: (() => void)[] = [];
  readonly forgets: SharedBatch["forgets"][number][] = [];
  readonly positions = new Map<number, LogPosition>();
  readonly rooms: RoomCheckpoint[] = [];
  bytes = 0;
  /** Resolved when it has been stored, if anybody waits for that. */
  awaited: PromiseWithResolvers<void> | undefined;

  get isEmpty(): boolean {
    const { works, confirms, forgets, rooms } = this;
    return works.length + confirms.length + forgets.length === 0 && rooms.every(({ updates }) => updates.length === 0);
  }

  get hasPositions(): boolean {
    return this.positions.size + this.rooms.length > 0;
  }
}

/**
 * Sends what the log says to the thread that writes, a transaction at a time. One that fails is repeated until it succeeds, because a
 * node that left something out would decide otherwise than all others.
 */
export class LoggedBatches {
  private readonly writer: RunningWriter;
  /** A channel is forgotten at the end of a transaction, so what follows belongs to the next. */
  private readonly waiting: Collected[] = [new Collected()];
  private sent: { readonly collected: Collected; readonly batch: Batch } | undefined;
  private queuedBytes = 0;
  private room = Promise.withResolvers<void>();
  private isClosing = false;
  private readonly closing = Promise.withResolvers<void>();
  private stopRetry: (() => void) | undefined;

  constructor(private readonly deps: LoggedBatchesDeps) {
    this.writer = deps.startWriter(deps, { heard: (message) => this.heard(message), broke: deps.failed });
  }

  /** Nothing waits, except perhaps a position. */
  get isIdle(): boolean {
    return !this.sent && this.waiting.every(({ isEmpty }) => isEmpty);
  }

  append(work: LoggedWork): void {
    const bytes = work.frame.length + WORK_BYTES;
    this.last.bytes += bytes;
    this.queuedBytes += bytes;
    this.last.works.push(work);
  }

  confirm({ number }: ActiveChannel, device: string, seq: number, stored: () => void): void {
    this.last.confirms.push([number, device, seq]);
    this.last.confirmed.push(stored);
  }

  forget({ number }: ActiveChannel, head: number): void {
    this.last.forgets.push([number, head]);
    this.waiting.push(new Collected());
    // Its number belongs to a channel that ends; should it go on, it gets another.
    this.deps.channels.forget([number], () => true);
  }

  rooms(checkpoint: RoomCheckpoint): void {
    const bytes = checkpointBytes(checkpoint);
    this.last.bytes += bytes;
    this.queuedBytes += bytes;
    this.last.rooms.push(checkpoint);
  }

  /** Everything of the shard up to there is in what was collected. */
  position(shard: number, at: LogPosition): void {
    this.last.positions.set(shard, at);
  }

  /** undefined when the log may go on. */
  whenRoom(): Promise<void> | undefined {
    return this.queuedBytes > this.deps.maxQueuedBytes ? this.room.promise : undefined;
  }

  /** Deletes what is no longer kept, and stores positions of which nothing else is to be stored. */
  retain(now: number): void {
    this.announce();
    this.writer.post({ kind: "retain", now });
    this.flush(true);
  }

  flush(withPositions = false): void {
    if (this.sent) return;
    const [collected] = this.waiting;
    if (!collected) return;
    const isDue = withPositions || this.isClosing;
    const hasWork = !collected.isEmpty || collected.awaited || (isDue && collected.hasPositions);
    if (!hasWork) {
      this.closeWhenIdle();
      return;
    }
    this.waiting.shift();
    if (this.waiting.length === 0) this.waiting.push(new Collected());
    const batch: Batch = {
      kind: "batch",
      channels: this.deps.channels.takeAnnounced(),
      appends: collected.works.map(appendEntry),
      confirms: collected.confirms,
      rooms: collected.rooms.flatMap(({ updates }) => updates.map(writtenRoom)),
      term: undefined,
      shared: {
        positions: Array.from(collected.positions, ([shard, { log, position }]) => [shard, log, position] as const),
        forgets: collected.forgets,
        rooms: collected.rooms.map(
          ({ shard, position: { log, position }, marks: { version, term } }) =>
            [shard, log, position, version, term] as const,
        ),
      },
    };
    this.sent = { collected, batch };
    this.writer.post(batch);
  }

  /** Resolves when everything up to now has been stored, with the positions of the log. */
  stored(): Promise<void> {
    this.last.awaited ??= Promise.withResolvers();
    const { promise } = this.last.awaited;
    this.flush();
    return promise;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.flush();
    await this.closing.promise;
  }

  private get last(): Collected {
    const last = this.waiting.at(-1);
    if (!last) throw new Error("something is always collected");
    return last;
  }

  private announce(): void {
    const channels = this.deps.channels.takeAnnounced();
    if (channels.length > 0) this.writer.post({ kind: "announce", channels });
  }

  private closeWhenIdle(): void {
    if (this.isClosing) this.writer.post({ kind: "close" });
  }

  private heard(message: FromWriter): void {
    if (message.kind === "committed") this.committed(message.positions, message.bytes);
    else if (message.kind === "failed") this.repeat(message.reason);
    else if (message.kind === "retained") {
      this.deps.used(message.bytes);
      this.deps.empty(message.empty);
    } else if (message.kind === "closed") {
      this.writer.terminate();
      this.deps.closed();
      this.closing.resolve();
    }
  }

  private committed(positions: readonly number[], bytes: number): void {
    const { sent } = this;
    if (!sent) return;
    this.sent = undefined;
    this.deps.used(bytes);
    this.queuedBytes -= sent.collected.bytes;
    if (sent.collected.forgets.length > 0) this.deps.channels.recount();
    // Before the callbacks, so that the thread is not idle meanwhile.
    this.flush();
    sent.collected.awaited?.resolve();
    for (const [index, work] of sent.collected.works.entries()) this.deps.settled(work, positions[index] ?? 0);
    for (const { updates } of sent.collected.rooms) this.deps.roomsStored(updates.map(({ room }) => room));
    for (const stored of sent.collected.confirmed) stored();
    if (this.queuedBytes > this.deps.maxQueuedBytes) return;
    const { room } = this;
    this.room = Promise.withResolvers<void>();
    room.resolve();
  }

  private repeat(reason: string): void {
    this.deps.failed(reason);
    // A relay that stops takes it from the log again when it starts.
    if (this.isClosing) {
      this.writer.post({ kind: "close" });
      return;
    }
    this.stopRetry ??= this.deps.clock.every(RETRY_MILLISECONDS, () => {
      this.stopRetry?.();
      this.stopRetry = undefined;
      if (this.sent) this.writer.post(this.sent.batch);
    });
  }
}

const appendEntry = ({ channel, at, frame, id, epoch }: LoggedWork): AppendEntry => [
  channel.number,
  at,
  frame,
  id,
  epoch,
];
