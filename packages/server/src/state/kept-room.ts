import type { StateWrite } from "@achex/protocol";
import type { RoomStore, StoredRoom } from "../room-store.ts";
import {
  defaultRoomOptions,
  type OptionsOutcome,
  type RoomKey,
  type RoomState,
  type SavedRoomState,
  type SavedState,
  type ShownRoom,
  type StateChange,
  type StateSink,
  type StoredRoomOptions,
  type StoringFailure,
  type WriteOutcome,
} from "../state.ts";
import { type MapStep, RoomMap } from "./room-map.ts";
import { isStoredStep, keysOf, type RoomStep } from "./room-step.ts";
import type { RoomTotals } from "./room-totals.ts";
import { StepQueue } from "./step-queue.ts";

export interface KeptRoomDeps {
  readonly key: RoomKey;
  readonly store: Pick<RoomStore, "store">;
  readonly totals: RoomTotals;
  readonly clock: { time(): number };
  /** Everything has been stored, or the last member has left. */
  readonly idle: (room: KeptRoomState) => void;
}

/** What is known of a room that is opened. */
export interface KeptRoomStart {
  /** undefined if nothing is stored. */
  readonly stored: StoredRoom | undefined;
  readonly saved?: SavedRoomState | undefined;
  /** The storage could not be read: nothing can be written. */
  readonly isUnreadable?: boolean;
  /** A version at which the room was, although it could not be stored. */
  readonly reached?: number;
}

/** Nobody is notified of what happens to a room without members. */
const NOBODY: StateSink = { changed() {}, hostChanged() {}, optionsChanged() {} };

/**
 * The state of a room that outlives its members (PROTOCOL.md R148). Requests are judged by `ahead`, which includes what is being
 * stored; followers see `map`, which includes only what has been stored.
 */
export class KeptRoomState implements RoomState {
  readonly key: RoomKey;
  options: StoredRoomOptions;
  shown: ShownRoom;
  host: number | undefined;
  term: number;
  /** Bytes of what was read from the storage. */
  readonly loadedBytes: number;
  private readonly map: RoomMap;
  private readonly ahead: RoomMap;
  private sink: StateSink = NOBODY;
  private lastStep: MapStep | undefined;
  private readonly steps: StepQueue<RoomStep>;
  private isStored: boolean;
  /** The version that is stored, or follows from what is stored. */
  storedVersion: number;
  private readonly isUnreadable: boolean;
  private counted = { keys: 0, memory: 0 };

  constructor(
    private readonly deps: KeptRoomDeps,
    { stored, saved, isUnreadable = false, reached = 0 }: KeptRoomStart,
  ) {
    const { totals, key } = deps;
    this.key = key;
    this.isUnreadable = isUnreadable;
    this.isStored = stored !== undefined;
    this.storedVersion = stored?.version ?? totals.lastVersion;
    // Its latest host may have had the last term that was given out.
    this.term = saved?.term ?? (stored ? totals.nextTerm() : 0);
    this.host = saved?.host;
    this.options = saved?.options ?? opened(stored?.options ?? defaultRoomOptions);
    this.shown = this;
    this.map = new RoomMap(totals.lastVersion);
    this.begin(stored, saved, reached);
    this.shown = { host: this.host, term: this.term, options: this.options };
    this.ahead = new RoomMap(0);
    this.ahead.copyFrom(this.map);
    this.ahead.journal = (step) => {
      this.lastStep = step;
    };
    this.steps = new StepQueue<RoomStep>({
      isStored: isStoredStep,
      store: (steps, settled) => this.store(steps, settled),
      deliver: (steps) => this.deliver(steps),
      fail: (steps, failure) => this.fail(steps, failure),
      idle: () => deps.idle(this),
    });
    this.loadedBytes = stored ? this.map.memory : 0;
    this.storedVersion = Math.max(this.storedVersion, this.version);
    totals.add(this.counted);
    this.count();
  }

  get version(): number {
    return this.map.version;
  }

  get exists(): boolean {
    return this.isStored || this.isBusy;
  }

  /** Something is being stored. */
  get isBusy(): boolean {
    return this.steps.isBusy;
  }

  get hasMembers(): boolean {
    return this.sink !== NOBODY;
  }

  /** The room has members. */
  open(sink: StateSink): this {
    this.sink = sink;
    return this;
  }

  write(write: StateWrite, session: number): WriteOutcome | Promise<WriteOutcome> {
    if (this.isUnreadable) return { kind: "keep-failed" };
    const outcome = this.judge(write, session);
    const map = this.takeStep();
    if (map && "change" in outcome && outcome.change) {
      const { change, sums } = outcome;
      const written: WriteOutcome = { kind: "written", version: map.version, sums };
      return new Promise((settle) => this.steps.push({ kind: "write", map, change, outcome: written, settle }));
    }
    const answer: WriteOutcome =
      outcome.kind === "written" ? { kind: "written", version: this.ahead.version, sums: outcome.sums } : outcome;
    if (!this.isBusy) return answer;
    return new Promise((settle) => this.steps.push({ kind: "answer", outcome: answer, settle }));
  }

  release(session: number): void {
    const change = this.ahead.release(session);
    const map = this.takeStep();
    if (change && map) this.steps.push({ kind: "release", session, map, change });
  }

  setHost(session: number | undefined): void {
    this.host = session;
    this.term = this.deps.totals.nextTerm();
    this.steps.push({ kind: "host", host: session, term: this.term });
  }

  setOptions(options: StoredRoomOptions): Promise<OptionsOutcome> {
    if (this.isUnreadable) return Promise.resolve({ kind: "keep-failed" });
    this.options = options;
    return new Promise((settle) => this.steps.push({ kind: "options", options, settle }));
  }

  since(version: number | "all"): StateChange | undefined {
    return this.map.since(version);
  }

  save(): SavedState {
    return { ...this.map.save(), host: this.shown.host, term: this.shown.term };
  }

  /** The last member has left. */
  close(): void {
    this.sink = NOBODY;
    this.options = opened(this.options);
    if (!this.isBusy) this.shown = { ...this.shown, options: this.options };
    this.deps.idle(this);
  }

  /** Frees the memory; the room is not used again. */
  unload(): void {
    this.deps.totals.remove(this.counted);
  }

  private begin(stored: StoredRoom | undefined, saved: SavedRoomState | undefined, reached: number): void {
    if (saved && (stored?.version === saved.version || (!stored && saved.entries.every(isOwn)))) {
      this.map.restore(saved);
      return;
    }
    if (!stored) {
      // What was saved has been deleted meanwhile.
      if (saved) this.map.version = Math.max(this.map.version, saved.version + 1);
      return;
    }
    // Keys of sessions and deletions are not stored, so this may be another map than the one of that version.
    const version = Math.max(stored.version, saved?.version ?? 0, reached) + 1;
    this.map.restore({ version, pruned: version, entries: stored.keys, tombstones: [] });
  }

  private judge(write: StateWrite, session: number): ReturnType<RoomMap["write"]> | WriteOutcome {
    if (write.term !== undefined && (write.term !== this.term || write.term === 0))
      return { kind: "stale-term", term: this.term };
    if (write.values.size + write.increments.size > 0 && this.deps.totals.isFull) return { kind: "state-full" };
    return this.ahead.write(write, session);
  }

  private takeStep(): MapStep | undefined {
    const { lastStep } = this;
    this.lastStep = undefined;
    return lastStep;
  }

  private store(
    steps: readonly RoomStep[],
    settled: (failure: StoringFailure | undefined) => void,
  ): StoringFailure | undefined {
    const { version } = this.ahead;
    return this.deps.store.store({
      room: this.key,
      version,
      options: this.options,
      changed: this.deps.clock.time(),
      keys: keysOf(steps),
      isNew: !this.isStored,
      settled: (failure) => {
        if (failure === undefined) {
          this.isStored = true;
          this.storedVersion = version;
        }
        settled(failure);
      },
    });
  }

  private deliver(steps: readonly RoomStep[]): void {
    for (const step of steps) {
      if (step.kind === "host") this.showHost(step.host, step.term);
      else if (step.kind === "options") this.showOptions(step.options);
      else if (step.kind !== "answer") this.show(step.map, step.change);
      if (step.kind === "options") step.settle({ kind: "set" });
      else if ("settle" in step) step.settle(step.outcome);
    }
  }

  /** Changes of the host and the end of sessions happen even if nothing can be stored. */
  private fail(steps: readonly RoomStep[], failure: StoringFailure): void {
    this.options = this.shown.options;
    const changes = steps.map((step) => (step.kind === "release" ? this.map.release(step.session) : undefined));
    // Before anybody is told, who may write again.
    this.ahead.copyFrom(this.map);
    this.count();
    for (const [index, step] of steps.entries()) {
      const change = changes[index];
      if ("settle" in step) step.settle({ kind: failure });
      else if (step.kind === "host") this.showHost(step.host, step.term);
      else if (change) this.sink.changed(change);
    }
  }

  private show(map: MapStep, change: StateChange): void {
    this.map.apply(map);
    this.count();
    this.sink.changed(change);
  }

  private showHost(host: number | undefined, term: number): void {
    this.shown = { ...this.shown, host, term };
    this.sink.hostChanged(host, term);
  }

  private showOptions(options: StoredRoomOptions): void {
    this.shown = { ...this.shown, options };
    this.sink.optionsChanged();
  }

  private count(): void {
    const { counted, map } = this;
    const { totals } = this.deps;
    const { keys, memory } = map;
    totals.keys += keys - counted.keys;
    totals.bytes += memory - counted.memory;
    counted.keys = keys;
    counted.memory = memory;
  }
}

/** Nobody could ever open a room that is closed and has no members (PROTOCOL.md R148). */
const opened = (options: StoredRoomOptions): StoredRoomOptions => ({ ...options, closed: false });

const isOwn = ({ owner }: SavedState["entries"][number]): boolean => owner !== undefined;
