import type { StateWrite } from "@achex/protocol";
import {
  defaultRoomOptions,
  type OptionsOutcome,
  type RoomKey,
  type RoomState,
  type SavedRoomState,
  type SavedState,
  type ShownRoom,
  type State,
  type StateChange,
  type StateSink,
  type StoredRoomOptions,
  type WriteOutcome,
} from "../state.ts";
import { RoomMap } from "./room-map.ts";
import { RoomTotals } from "./room-totals.ts";

const SET: OptionsOutcome = { kind: "set" };

class MemoryRoomState implements RoomState {
  private readonly map: RoomMap;
  term = 0;
  host: number | undefined;
  options: StoredRoomOptions = defaultRoomOptions;
  /** What of it is in the totals. */
  private counted = { keys: 0, memory: 0 };

  constructor(
    private readonly totals: RoomTotals,
    private readonly sink: StateSink,
    saved: SavedRoomState | undefined,
  ) {
    this.map = new RoomMap(totals.lastVersion);
    if (saved) {
      this.map.restore(saved);
      this.term = saved.term;
      this.host = saved.host;
      this.options = saved.options;
      totals.lastTerm = Math.max(totals.lastTerm, saved.term);
    }
    totals.add(this.counted);
    this.count();
  }

  get version(): number {
    return this.map.version;
  }

  /** Whatever changes, the sink is told at once. */
  get shown(): ShownRoom {
    return this;
  }

  write(write: StateWrite, session: number): WriteOutcome {
    // A room that has never had a host has no term.
    if (write.term !== undefined && (write.term !== this.term || write.term === 0))
      return { kind: "stale-term", term: this.term };
    if (write.values.size + write.increments.size > 0 && this.totals.isFull) return { kind: "state-full" };
    const outcome = this.map.write(write, session);
    if (outcome.kind !== "written") return outcome;
    this.publish(outcome.change);
    return { kind: "written", version: this.map.version, sums: outcome.sums };
  }

  release(session: number): void {
    this.publish(this.map.release(session));
  }

  setHost(session: number | undefined): void {
    this.host = session;
    this.term = this.totals.nextTerm();
    this.sink.hostChanged(session, this.term);
  }

  setOptions(options: StoredRoomOptions): OptionsOutcome {
    this.options = options;
    this.sink.optionsChanged();
    return SET;
  }

  since(version: number | "all"): StateChange | undefined {
    return this.map.since(version);
  }

  save(): SavedState {
    return { ...this.map.save(), host: this.host, term: this.term };
  }

  close(): void {
    const { totals, map } = this;
    totals.remove(this.counted);
    // The next room of this name is empty, so it must not start at a version at which this one was not (PROTOCOL.md R103).
    totals.lastVersion = Math.max(totals.lastVersion, map.hasChanged ? map.version + 1 : map.version);
  }

  private publish(change: StateChange | undefined): void {
    if (!change) return;
    this.count();
    this.sink.changed(change);
  }

  private count(): void {
    const { totals, map, counted } = this;
    const { keys, memory } = map;
    totals.keys += keys - counted.keys;
    totals.bytes += memory - counted.memory;
    counted.keys = keys;
    counted.memory = memory;
  }
}

/** Opens rooms whose state ends with their members. */
export const memoryRooms =
  (totals: RoomTotals): State["open"] =>
  (_room: RoomKey, sink, saved) =>
    new MemoryRoomState(totals, sink, saved);

/** A state over the totals of its rooms. */
export function stateOf(totals: RoomTotals, open: State["open"], kept: State["kept"]): State {
  return {
    open,
    kept,
    get keys() {
      return totals.keys;
    },
    get bytes() {
      return totals.bytes;
    },
    get marks() {
      return { version: totals.lastVersion, term: totals.lastTerm };
    },
    restore({ version, term }) {
      totals.lastVersion = Math.max(totals.lastVersion, version);
      totals.lastTerm = Math.max(totals.lastTerm, term);
    },
  };
}

/** The states of the rooms of one node, in memory. `maxBytes` is for all rooms together; 0 means no limit. */
export function memoryState(maxBytes: number): State {
  const totals = new RoomTotals(maxBytes);
  return stateOf(totals, memoryRooms(totals), undefined);
}
