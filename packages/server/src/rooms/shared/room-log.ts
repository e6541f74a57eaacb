import type { Clock } from "../../clock.ts";
import type { LogEntry, LogPart, LogPosition } from "../../cluster/log-part.ts";
import { SHARDS, type SharedLog } from "../../cluster/shared-log.ts";
import { KeepUnavailable } from "../../keep.ts";
import type { RoomOutline, SharedRoomStore } from "../../shared-room-store.ts";
import type { RoomKey, State } from "../../state.ts";
import { KeptRoomLog } from "./kept-room-log.ts";
import {
  KEPT_ROOM_ENTRY,
  ROOM_ENTRY,
  type RoomEntry,
  type RoomRequest,
  readEntry,
  writtenEntry,
} from "./room-entries.ts";
import type { RoomReplica } from "./room-replica.ts";
import { type ReplicasOwner, type RoomOutcome, RoomReplicas, type SavedReplicas } from "./room-replicas.ts";

export interface RoomLogDeps extends ReplicasOwner {
  readonly log: Pick<SharedLog, "shardOf" | "propose">;
  /** Makes the states of the rooms of a shard. */
  createState(): State;
  rejoined(): void;
  /** This node has asked for it; `isLate` if the answer was that it could not be decided. */
  ownEntry(entry: RoomEntry, isLate: boolean): void;
  /** Entries of this node up to that position have been applied. */
  ownApplied(shard: number, position: number): void;
  /** Where rooms are stored whose state is kept; without it none is. */
  readonly kept?: SharedRoomStore | undefined;
  /** A channel has members, on any node. */
  inUse(room: RoomKey): boolean;
  readonly clock: Pick<Clock, "time" | "every">;
}

/** What an entry resulted in, and where it is. */
export interface Decided {
  readonly outcome: RoomOutcome | { readonly do: "nothing" };
  readonly shard: number;
  readonly position: number;
}

interface Shard {
  readonly replicas: RoomReplicas;
  /** Of the last entry about rooms. */
  position: number;
  applied: LogPosition | undefined;
  /** Something that this node asked has been applied since the last position. */
  hasOwn: boolean;
  /** Nobody waits up to that position again for a while: it took too long. */
  late: number;
  lateSeconds: number;
}

interface SavedShard {
  readonly applied: LogPosition | null;
  readonly position: number;
  readonly replicas: SavedReplicas;
}

interface Waiter {
  readonly shard: number;
  readonly position: number;
  readonly done: () => void;
}

/** Then it is tried again: this node may read the log as fast as the others now, or the position was one that the log does not have. */
const LATE_SECONDS = 60;

const NOTHING: Decided["outcome"] = { do: "nothing" };

/** Rooms as a part of the log of a cluster: puts requests into it, and applies what all nodes put there. */
export class RoomLog implements LogPart {
  readonly name = "rooms";
  readonly kinds = [ROOM_ENTRY];
  /** What this node has asked and not been answered; the outcome, once the entry has been applied. */
  private readonly asked = new Map<number, Decided | undefined>();
  /** The part of the log with those whose state is kept. */
  readonly kept: KeptRoomLog | undefined;
  private readonly shards: readonly Shard[];
  private waiters: Waiter[] = [];
  /** Those since before the last tick. */
  private overdue: Waiter[] = [];

  constructor(private readonly deps: RoomLogDeps) {
    this.shards = Array.from({ length: SHARDS }, () => ({
      replicas: new RoomReplicas(deps.createState(), deps),
      position: 0,
      applied: undefined,
      hasOwn: false,
      late: 0,
      lateSeconds: 0,
    }));
    this.kept =
      deps.kept &&
      new KeptRoomLog(deps.kept, {
        ...{ log: deps.log, clock: deps.clock, createState: deps.createState, owner: deps, inUse: deps.inUse },
        propose: (room, request) => void this.propose(room, request),
        decided: (entry, read, outcome) => this.decided(entry, read, outcome),
      });
  }

  /** Asks all nodes. The outcome is `nothing` if they could not decide in time. */
  propose(room: RoomKey, request: RoomRequest): Promise<Decided> {
    const { log } = this.deps;
    const shard = log.shardOf(room.instance);
    return new Promise((resolve) => {
      const id = log.propose({
        shard,
        kind: this.kept?.keeps(room) ? KEPT_ROOM_ENTRY : ROOM_ENTRY,
        body: writtenEntry(room, request),
        settled: (failure) => {
          const decided = this.asked.get(id);
          this.asked.delete(id);
          resolve(failure || !decided ? { outcome: NOTHING, shard, position: 0 } : decided);
        },
      });
      this.asked.set(id, undefined);
    });
  }

  find(key: RoomKey): RoomReplica | undefined {
    if (this.kept?.keeps(key)) return this.kept.find(key);
    return this.shards[this.deps.log.shardOf(key.instance)]?.replicas.find(key);
  }

  /** A kept room without members, or why it cannot be read. */
  outline(key: RoomKey): RoomOutline | "keep-failed" | undefined {
    if (!this.kept?.keeps(key)) return undefined;
    try {
      return this.kept.outline(key);
    } catch (error) {
      if (!(error instanceof KeepUnavailable)) throw error;
      return "keep-failed";
    }
  }

  *all(): Generator<RoomReplica> {
    for (const { replicas } of this.shards) yield* replicas.all();
    if (this.kept) yield* this.kept.all();
  }

  /** Rooms that have members on nodes that have not named them yet. */
  *awaiting(): Generator<RoomReplica> {
    for (const { replicas } of this.shards) yield* replicas.awaiting();
    if (this.kept) yield* this.kept.awaiting();
  }

  get count(): number {
    return this.sum(({ count }) => count);
  }

  get keys(): number {
    return this.sum(({ state }) => state.keys);
  }

  get bytes(): number {
    return this.sum(({ state }) => state.bytes);
  }

  /** Calls back when this node has applied the log up to that position. */
  whenApplied(shard: number, position: number, done: () => void): void {
    const present = this.shards[shard];
    if (!present || (present.applied?.position ?? 0) >= position) done();
    else this.waiters.push({ shard, position, done });
  }

  /** The same as a promise, which also resolves within two seconds; undefined if it has, or nobody should wait. */
  untilApplied(number: number, position: number): Promise<void> | undefined {
    const shard = this.shards[number];
    const applied = shard?.applied?.position ?? 0;
    if (!shard || applied >= position || applied < shard.late) return undefined;
    return new Promise((resolve) => this.whenApplied(number, position, resolve));
  }

  /** Due once a second. Those that have waited for a whole second wait no longer. */
  releaseWaiters(): void {
    for (const shard of this.shards) if (--shard.lateSeconds <= 0) shard.late = 0;
    for (const { shard, position, done } of this.overdue) {
      const present = this.of(shard);
      present.late = Math.max(present.late, position);
      present.lateSeconds = LATE_SECONDS;
      done();
    }
    this.overdue = this.waiters;
    this.waiters = [];
  }

  positions(): readonly (LogPosition | undefined)[] {
    return this.shards.map(({ applied }) => applied);
  }

  apply(entry: LogEntry): void {
    const read = readEntry(entry.body);
    if (!read) return;
    const shard = this.of(entry.shard);
    shard.position = entry.position;
    this.decided(entry, read, shard.replicas.apply(read, entry));
  }

  private decided(entry: LogEntry, read: RoomEntry, outcome: RoomOutcome): void {
    if (!entry.isOwn) return;
    this.of(entry.shard).hasOwn = true;
    const isLate = !this.asked.has(entry.id);
    if (!isLate) this.asked.set(entry.id, { outcome, shard: entry.shard, position: entry.position });
    this.deps.ownEntry(read, isLate);
  }

  nodeGone(shard: number, incarnation: string): void {
    const { replicas, position } = this.of(shard);
    replicas.nodeGone(incarnation, position);
  }

  rejoined(): void {
    this.deps.rejoined();
  }

  applied(shard: number, position: LogPosition): void {
    const present = this.of(shard);
    present.applied = position;
    // Before anything that is done because of it.
    if (present.hasOwn) this.deps.ownApplied(shard, position.position);
    present.hasOwn = false;
    if (this.waiters.length + this.overdue.length === 0) return;
    const isDone = (one: Waiter): boolean => one.shard === shard && one.position <= position.position;
    const done = [...this.overdue, ...this.waiters].filter(isDone);
    this.waiters = this.waiters.filter((one) => !isDone(one));
    this.overdue = this.overdue.filter((one) => !isDone(one));
    for (const waiter of done) waiter.done();
  }

  copy(): AsyncIterable<Uint8Array> {
    // Texts, because the rooms change while they are read.
    const lines = this.shards.map(({ applied, position, replicas }) =>
      JSON.stringify({ applied: applied ?? null, position, replicas: replicas.save() }),
    );
    return linesOf(lines);
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of copy) parts.push(part);
    for (const [number, line] of Buffer.concat(parts).toString().split("\n").entries()) {
      if (line === "") continue;
      const saved: SavedShard = JSON.parse(line);
      const shard = this.of(number);
      shard.applied = saved.applied ?? undefined;
      shard.position = saved.position;
      shard.replicas.restore(saved.replicas);
    }
  }

  private sum(of: (replicas: RoomReplicas) => number): number {
    let total = 0;
    for (const { replicas } of this.shards) total += of(replicas);
    for (const replicas of this.kept?.replicas ?? []) total += of(replicas);
    return total;
  }

  private of(number: number): Shard {
    const shard = this.shards[number];
    if (!shard) throw new Error(`the log has no shard ${number}`);
    return shard;
  }
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
