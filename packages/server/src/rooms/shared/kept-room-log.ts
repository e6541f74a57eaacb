import type { Clock } from "../../clock.ts";
import type { LogEntry, LogPart, LogPosition } from "../../cluster/log-part.ts";
import { SHARDS, type SharedLog } from "../../cluster/shared-log.ts";
import { KeepUnavailable } from "../../keep.ts";
import { failureText } from "../../log/log-text.ts";
import type { RoomOutline, SharedRoomStore, SharedRoomsOwner } from "../../shared-room-store.ts";
import type { RoomKey, State, StoringFailure } from "../../state.ts";
import { KeptReplicas } from "./kept-replicas.ts";
import { KEPT_ROOM_ENTRY, type RoomEntry, type RoomRequest, readEntry } from "./room-entries.ts";
import type { RoomReplica } from "./room-replica.ts";
import type { ReplicasOwner, RoomOutcome } from "./room-replicas.ts";

export interface KeptRoomLogDeps {
  readonly log: Pick<SharedLog, "shardOf">;
  readonly clock: Pick<Clock, "time" | "every">;
  readonly owner: ReplicasOwner;
  /** Makes the states of the rooms of a shard. */
  createState(): State;
  inUse(room: RoomKey): boolean;
  propose(room: RoomKey, request: RoomRequest): void;
  /** An entry has been applied. */
  decided(entry: LogEntry, read: RoomEntry, outcome: RoomOutcome): void;
}

interface Shard {
  readonly number: number;
  readonly replicas: KeptReplicas;
  /** Of the last entry about kept rooms. */
  position: number;
  applied: LogPosition | undefined;
  /** Of the last checkpoint. */
  stored: LogPosition | undefined;
  /** What waits for a storage that cannot be read, in its order. */
  readonly waiting: (() => void)[];
}

/** Changed rooms after which the next checkpoint is made at once, so that none is large. */
const MOST_CHANGES = 256;
const RETRY_MILLISECONDS = 1_000;
/** How much later than it may this node proposes to delete a room: its clock may be ahead of the log's. */
const LATE_MILLISECONDS = 60_000;

/**
 * Rooms whose state is kept as a part of the log of a cluster (PROTOCOL.md R148). The log is what keeps them: once a second, each node
 * stores what has changed, with the position up to which it has applied the log, and goes on from there after its start.
 */
export class KeptRoomLog implements LogPart, SharedRoomsOwner {
  readonly name = "kept-rooms";
  readonly kinds = [KEPT_ROOM_ENTRY];
  private shards: readonly Shard[] = [];

  constructor(
    private readonly store: SharedRoomStore,
    private readonly deps: KeptRoomLogDeps,
  ) {
    store.listen(this);
  }

  /** Reads what is stored. Nothing is asked of it before. */
  reload(): void {
    const { store, deps } = this;
    this.shards = Array.from({ length: SHARDS }, (_, number) => {
      const applied = store.position(number);
      const replicas = new KeptReplicas(deps.createState(), deps.owner, store);
      replicas.state.restore(store.marks(number));
      return { ...{ number, replicas, position: 0, applied, stored: applied }, waiting: [] };
    });
    for (const [key, stored] of store.awake()) this.replicasOf(key).restoreAwake(key, stored);
  }

  keeps(room: RoomKey): boolean {
    return this.store.ageOf(room) !== undefined;
  }

  get replicas(): readonly KeptReplicas[] {
    return this.shards.map(({ replicas }) => replicas);
  }

  find(room: RoomKey): RoomReplica | undefined {
    return this.replicasOf(room).find(room);
  }

  *all(): Generator<RoomReplica> {
    for (const { replicas } of this.shards) yield* replicas.all();
  }

  *awaiting(): Generator<RoomReplica> {
    for (const { replicas } of this.shards) yield* replicas.awaiting();
  }

  /** A room that is kept and has no members; throws KeepUnavailable. */
  outline(room: RoomKey): RoomOutline | undefined {
    return this.replicasOf(room).outline(room);
  }

  /** Why this node asks for no change that has to be stored. */
  obstacleTo(room: RoomKey, isGrowing: boolean): StoringFailure | undefined {
    try {
      return this.store.obstacleTo({ isNew: !this.replicasOf(room).isKept(room), isGrowing });
    } catch (error) {
      this.failed(error);
      return "keep-failed";
    }
  }

  positions(): readonly (LogPosition | undefined)[] {
    return this.shards.map(({ applied }) => applied);
  }

  *incarnations(number: number): Generator<string> {
    for (const room of this.of(number).replicas.all()) yield* room.incarnations;
  }

  apply(entry: LogEntry): void {
    const read = readEntry(entry.body);
    if (!read) return;
    const shard = this.of(entry.shard);
    this.act(shard, () => {
      shard.position = entry.position;
      this.deps.decided(entry, read, shard.replicas.apply(read, entry));
    });
  }

  nodeGone(number: number, incarnation: string, at: number): void {
    const shard = this.of(number);
    this.act(shard, () => shard.replicas.goneAt(incarnation, shard.position, at));
  }

  applied(number: number, position: LogPosition): Promise<void> | undefined {
    const shard = this.of(number);
    if (shard.waiting.length > 0) return this.untilRead(shard).then(() => this.reached(shard, position));
    return this.reached(shard, position);
  }

  copy(): AsyncIterable<Uint8Array> {
    for (const shard of this.shards) void this.checkpoint(shard);
    return this.store.copy();
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    await this.store.restore(copy);
  }

  due(): void {
    for (const shard of this.shards) void this.checkpoint(shard);
    this.proposeExpiry();
  }

  stored(rooms: readonly RoomKey[]): void {
    for (const room of rooms) this.replicasOf(room).stored(room);
  }

  private reached(shard: Shard, position: LogPosition): Promise<void> | undefined {
    shard.applied = position;
    return shard.replicas.changes >= MOST_CHANGES ? this.checkpoint(shard) : undefined;
  }

  private checkpoint(shard: Shard): Promise<void> | undefined {
    const { number, applied, stored, waiting, replicas } = shard;
    // In the middle of a batch, what has changed belongs to no position.
    if (!applied || waiting.length > 0 || (applied === stored && replicas.changes === 0)) return undefined;
    shard.stored = applied;
    const updates = replicas.takeChanges();
    return this.store.store({ shard: number, position: applied, marks: replicas.state.marks, updates });
  }

  /** Does what an entry says, after those before it. */
  private act(shard: Shard, step: () => void): void {
    if (shard.waiting.length > 0 || !this.isDone(step)) shard.waiting.push(step);
  }

  /** False when it has to be repeated. */
  private isDone(step: () => void): boolean {
    try {
      step();
    } catch (error) {
      if (error instanceof KeepUnavailable) {
        this.store.failed(error.message);
        return false;
      }
      // The same on all nodes, so all of them leave the entry out.
      this.store.failed(failureText(error));
    }
    return true;
  }

  private failed(error: unknown): void {
    if (!(error instanceof KeepUnavailable)) throw error;
    this.store.failed(error.message);
  }

  /** The log waits: a node that left something out would decide otherwise than all others. */
  private untilRead(shard: Shard): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.deps.clock.every(RETRY_MILLISECONDS, () => {
        for (let [next] = shard.waiting; next; [next] = shard.waiting) {
          if (!this.isDone(next)) return;
          shard.waiting.shift();
        }
        stop();
        resolve();
      });
    });
  }

  private proposeExpiry(): void {
    const { store, deps } = this;
    const now = deps.clock.time() - LATE_MILLISECONDS;
    try {
      for (const room of store.idle()) {
        const age = store.ageOf(room) ?? 0;
        const { version, changed } = room;
        if (age > 0 && changed < now - age && !deps.inUse(room)) deps.propose(room, { do: "expire", version, age });
      }
    } catch (error) {
      this.failed(error);
    }
  }

  private replicasOf({ instance }: RoomKey): KeptReplicas {
    return this.of(this.deps.log.shardOf(instance)).replicas;
  }

  private of(number: number): Shard {
    const shard = this.shards[number];
    if (!shard) throw new Error(`the log has no shard ${number}`);
    return shard;
  }
}
