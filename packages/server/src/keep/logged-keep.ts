import { type Clock, oncePerTurn } from "../clock.ts";
import type { LogEntry, LogPart, LogPosition, Proposal } from "../cluster/log-part.ts";
import type { SharedLog } from "../cluster/shared-log.ts";
import type { FollowedChannel } from "../engine.ts";
import {
  type Confirmation,
  type Keep,
  type KeepOutcome,
  type KeepRequest,
  KeepUnavailable,
  type KeptArrival,
  type KeptChannel,
} from "../keep.ts";
import { byteLengthOf } from "../session/frame-queue.ts";
import type { SharedRoomStore } from "../shared-room-store.ts";
import { ActiveChannels, keyOf } from "./active-channels.ts";
import { closeKeep, type KeepFile, openKeep, usedBytes } from "./database.ts";
import { DatabaseCopies, receiveCopy, replaceDatabase } from "./database-copy.ts";
import { cursorKey } from "./kept-reads.ts";
import { loadPosition } from "./log-positions.ts";
import { LoggedBatches, type LoggedWork } from "./logged-batches.ts";
import { epochOf, LoggedReads } from "./logged-reads.ts";
import { LoggedRooms, type LoggedRoomsDeps } from "./logged-rooms.ts";
import { KeptReader } from "./reader.ts";
import { type ConfirmBody, readConfirm, readForget, readKeep, sentChannel, sentKeep } from "./shared-entries.ts";
import { MAX_DEVICES } from "./sqlite-keep.ts";
import { type StartWriter, startWriterThread } from "./start-writer.ts";

export interface LoggedKeepOptions extends KeepFile {
  readonly clock: Pick<Clock, "time" | "every" | "afterTurn">;
  readonly log: Pick<SharedLog, "propose" | "shardOf">;
  /** Most channels that are kept; 0 means no limit. */
  readonly maxChannels: number;
  /** Bytes on disk beyond which this node proposes nothing more; 0 means no limit. */
  readonly maxBytes: number;
  /** Bytes of messages that may wait to be stored; beyond, the log waits. */
  readonly maxQueuedBytes: number;
  readonly ruleOf: (channel: FollowedChannel) => KeptChannel | undefined;
  /** Whether a channel that holds nothing more must not be forgotten, which would begin a new epoch. */
  readonly inUse: (channel: FollowedChannel) => boolean;
  readonly failed: (reason: string) => void;
  readonly damaged: (movedTo: string, reason: string) => void;
  /** A thread by default. */
  readonly startWriter?: StartWriter;
  /** How long the state of a room is kept; without it no state is. */
  readonly stateAge?: SharedRoomStore["ageOf"];
}

/** Of a channel that nothing was ever kept in. */
const NO_EPOCH = "0";
/** How much later than it may this node deletes old messages: its clock may be ahead of the log's. */
const LATE_MILLISECONDS = 60_000;
const SHARDS = 4;
/** Empty channels that are proposed to be forgotten at a time. */
const FORGET_AT_ONCE = 100;
/** Bytes of the largest message: what one entry of the log takes. */
const MAX_FRAME_BYTES = 512 * 1024;

const unlimited = { messages: 0, age: 0, bytes: 0 };

/**
 * Kept channels of a node of a cluster. A message is proposed to the log; every node stores all of them in the order of the log, and
 * decides its position by that alone, so that all have the same history (docs/decisions/040-cluster.md).
 */
export class LoggedKeep extends LoggedReads implements Keep, LogPart {
  readonly name = "kept";
  readonly kinds = ["keep", "confirm", "forget"] as const;
  protected reader: KeptReader;
  protected channels: ActiveChannels;
  private batches: LoggedBatches;
  /** Rooms whose state is kept, if any are. */
  readonly rooms: LoggedRooms | undefined;
  private readonly own = new Map<number, KeepRequest>();
  private readonly requestTurn: () => void;
  private readonly stopTicks: () => void;
  private readonly copies: DatabaseCopies;
  private ownBytes = 0;
  private arrived: (arrival: KeptArrival) => void = () => {};
  usedBytes = 0;

  constructor(private readonly options: LoggedKeepOptions) {
    super(options);
    ({ reader: this.reader, channels: this.channels, batches: this.batches } = this.open());
    this.rooms = options.stateAge && this.createRooms(options.stateAge);
    this.copies = new DatabaseCopies(options.folder, options.clock);
    this.requestTurn = oncePerTurn(options.clock, () => this.batches.flush());
    this.stopTicks = options.clock.every(1_000, () => this.tick());
  }

  append(request: KeepRequest): boolean {
    const { log, maxQueuedBytes } = this.options;
    const { channel, frame } = request;
    const fail = (reason: Extract<KeepOutcome, { kind: "failed" }>["reason"]): boolean => {
      queueMicrotask(() => request.settled({ kind: "failed", reason }));
      return true;
    };
    const bytes = byteLengthOf(frame);
    if (this.ownBytes + bytes > maxQueuedBytes) return false;
    const obstacle = this.obstacleTo(channel, bytes);
    if (obstacle) return fail(obstacle);
    this.ownBytes += bytes;
    const number = log.propose({
      ...{ shard: log.shardOf(channel.instance), kind: "keep", body: sentKeep(request), payload: frame },
      settled: (failure) => {
        if (failure && this.takeOwn(number)) request.settled({ kind: "failed", reason: "quorum" });
      },
    });
    this.own.set(number, request);
    return true;
  }

  confirm(channel: KeptChannel, device: string, seq: number): Confirmation | Promise<Confirmation> {
    if (!this.reader.hasDeviceRoom(channel, device, MAX_DEVICES)) return "too-many-devices";
    const { log } = this.options;
    const { promise, resolve } = Promise.withResolvers<Confirmation>();
    const key = cursorKey(keyOf(channel), device);
    this.unwritten.set(key, seq);
    const body: ConfirmBody = [...sentChannel(channel), device, seq];
    const settled: Proposal["settled"] = (failure) => {
      if (failure) this.written(key, seq);
      resolve(failure ? "no-quorum" : "confirmed");
    };
    log.propose({ shard: log.shardOf(channel.instance), kind: "confirm", body, settled });
    return promise;
  }

  listen(arrived: (arrival: KeptArrival) => void): void {
    this.arrived = arrived;
  }

  positions(): readonly (LogPosition | undefined)[] {
    return Array.from({ length: SHARDS }, (_, shard) => loadPosition(this.reader.database, shard));
  }

  apply(entry: LogEntry): void {
    const { kind, body } = entry;
    if (kind === "keep") this.applyKeep(entry);
    else if (kind === "confirm") {
      const confirmed = readConfirm(body);
      if (confirmed) this.applyConfirm(confirmed.channel, confirmed.device, confirmed.seq);
    } else {
      const forgotten = readForget(body);
      const active = forgotten && this.activate(forgotten.channel);
      if (active) this.batches.forget(active, forgotten.head);
    }
  }

  applied(shard: number, position: LogPosition): Promise<void> | undefined {
    this.batches.position(shard, position);
    if (this.batches.isIdle) return undefined;
    this.requestTurn();
    return this.batches.whenRoom();
  }

  /** A copy of the whole file, which has the positions that go with it. */
  copy(): AsyncIterable<Uint8Array> {
    this.rooms?.due();
    return this.copies.copy(this.batches.stored());
  }

  /** Nothing is asked of it until the log is read again. */
  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const received = await receiveCopy(copy, this.options.folder);
    await this.batches.close();
    replaceDatabase(received, this.options.folder);
    ({ reader: this.reader, channels: this.channels, batches: this.batches } = this.open());
    this.rooms?.reopened(this.reader.database);
  }

  /** Resolves when everything that was applied has been stored. */
  async close(): Promise<void> {
    this.stopTicks();
    this.rooms?.due();
    await this.batches.close();
  }

  private open() {
    const { options } = this;
    const { database, damaged } = openKeep(options);
    if (damaged) options.damaged(damaged.movedTo, damaged.reason);
    const reader = new KeptReader(database, NO_EPOCH);
    // What is in the log is stored everywhere, whatever the limit of this node.
    const channels = new ActiveChannels(reader, 0);
    this.usedBytes = usedBytes(database);
    const batches = new LoggedBatches({
      startWriter: startWriterThread,
      ...options,
      channels,
      settled: (work, position) => this.settle(work, position),
      used: (bytes) => {
        this.usedBytes = bytes;
      },
      roomsStored: (rooms) => this.rooms?.stored(rooms),
      empty: (numbers) => this.proposeForgetting(numbers),
      closed: () => closeKeep(database, !reader.isDamaged),
    });
    return { reader, channels, batches };
  }

  private createRooms(ageOf: SharedRoomStore["ageOf"]): LoggedRooms {
    const { maxChannels, failed } = this.options;
    const deps: LoggedRoomsDeps = {
      ...{ ageOf, failed, maxRooms: maxChannels },
      isFull: () => this.isFull,
      store: (checkpoint) => {
        this.batches.rooms(checkpoint);
        this.requestTurn();
        return this.batches.whenRoom();
      },
      copy: () => this.copy(),
      restore: (copy) => this.restore(copy),
    };
    return new LoggedRooms(deps, this.reader.database);
  }

  private get isFull(): boolean {
    return this.options.maxBytes > 0 && this.usedBytes >= this.options.maxBytes;
  }

  private obstacleTo(channel: KeptChannel, bytes: number): "disk" | "channels" | "storage" | undefined {
    const { maxChannels } = this.options;
    if (bytes > MAX_FRAME_BYTES || this.isFull) return "disk";
    try {
      const isNew = !this.channels.get(channel) && this.reader.head(channel) === undefined;
      return isNew && maxChannels > 0 && this.channels.size >= maxChannels ? "channels" : undefined;
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
      this.options.failed(error.message);
      return "storage";
    }
  }

  private takeOwn(number: number): KeepRequest | undefined {
    const request = this.own.get(number);
    if (!request) return undefined;
    this.own.delete(number);
    this.ownBytes -= byteLengthOf(request.frame);
    return request;
  }

  /** The channel by the rules of this node, which all nodes have alike. */
  private activate(channel: FollowedChannel) {
    const kept = this.options.ruleOf(channel) ?? { ...channel, retention: unlimited };
    return this.channels.activateAnyway(kept);
  }

  private applyKeep({ body, payload, at, position, incarnation, id: number, isOwn }: LogEntry): void {
    const read = readKeep(body);
    if (!read || payload === undefined) return;
    const entry = `${incarnation}.${number}`;
    this.batches.append({
      channel: this.activate(read.channel),
      ...{ at, frame: payload, id: read.id, except: read.except, turn: read.turn, entry },
      epoch: epochOf(at, position, number),
      request: isOwn ? this.own.get(number) : undefined,
      number,
    });
  }

  private applyConfirm(channel: FollowedChannel, device: string, seq: number): void {
    const key = cursorKey(keyOf(channel), device);
    // Until it can be read, or its client would be sent again what it has confirmed.
    this.unwritten.set(key, seq);
    this.batches.confirm(this.activate(channel), device, seq, () => this.written(key, seq));
  }

  /** What is stored of a device counts again, unless it has confirmed something else meanwhile. */
  private written(key: string, seq: number): void {
    if (this.unwritten.get(key) === seq) this.unwritten.delete(key);
  }

  /** A message has been stored, at that position; negative for the position of the one that it repeats. */
  private settle({ channel, frame, except, turn, entry, request, number }: LoggedWork, position: number): void {
    const kept = this.options.ruleOf(channel.channel);
    if (position > 0) channel.head = position;
    // It may have been answered with no-quorum in the meantime.
    if (request && this.takeOwn(number))
      request.settled(position > 0 ? { kind: "kept", seq: position, entry } : { kind: "duplicate", seq: -position });
    else if (position > 0 && kept) this.arrived({ channel: kept, frame, except, turn, seq: position, entry });
    if (position > 0) this.storedIn(channel.channel);
  }

  private proposeForgetting(numbers: readonly number[]): void {
    const { log, inUse } = this.options;
    for (const number of numbers.slice(0, FORGET_AT_ONCE)) {
      const active = this.channels.byNumber(number);
      if (!active || inUse(active.channel)) continue;
      const body = [...sentChannel(active.channel), active.head];
      log.propose({ shard: log.shardOf(active.channel.instance), kind: "forget", body });
    }
  }

  private tick(): void {
    this.channels.findStored(this.options.ruleOf);
    this.rooms?.due();
    this.batches.retain(this.options.clock.time() - LATE_MILLISECONDS);
  }
}
