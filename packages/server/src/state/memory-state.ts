import type { StateWrite } from "@achex/protocol";
import type { RoomKey, RoomState, SavedState, State, StateChange, StateSink, WriteOutcome } from "../state.ts";
import { RoomMap } from "./room-map.ts";

/** Memory of a room besides its map. */
const ROOM_OVERHEAD = 1_024;

/** What the rooms of a node share. */
interface Totals {
  keys: number;
  bytes: number;
  /** 0 means no limit. */
  readonly maxBytes: number;
  /** The highest term of any room, and the highest version of any room that is gone. */
  lastTerm: number;
  lastVersion: number;
}

class MemoryRoomState implements RoomState {
  private readonly map: RoomMap;
  term = 0;
  host: number | undefined;
  /** What of it is in the totals. */
  private counted = { keys: 0, bytes: 0 };

  constructor(
    private readonly totals: Totals,
    private readonly sink: StateSink,
    saved: SavedState | undefined,
  ) {
    this.map = new RoomMap(totals.lastVersion);
    if (saved) {
      this.map.restore(saved);
      this.term = saved.term;
      this.host = saved.host;
      totals.lastTerm = Math.max(totals.lastTerm, saved.term);
    }
    this.count(this.map.keys, this.map.memory + ROOM_OVERHEAD);
  }

  get version(): number {
    return this.map.version;
  }

  write(write: StateWrite, session: number): WriteOutcome {
    // A room that has never had a host has no term.
    if (write.term !== undefined && (write.term !== this.term || write.term === 0))
      return { kind: "stale-term", term: this.term };
    const growing = write.values.size + write.increments.size > 0;
    if (growing && this.totals.maxBytes > 0 && this.totals.bytes >= this.totals.maxBytes) return { kind: "state-full" };
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
    this.term = ++this.totals.lastTerm;
    this.sink.hostChanged(session, this.term);
  }

  since(version: number | "all"): StateChange | undefined {
    return this.map.since(version);
  }

  save(): SavedState {
    return { ...this.map.save(), host: this.host, term: this.term };
  }

  close(): void {
    this.count(0, 0);
    const { totals, map } = this;
    // The next room of this name is empty, so it must not start at a version at which this one was not (PROTOCOL.md R103).
    totals.lastVersion = Math.max(totals.lastVersion, map.hasChanged ? map.version + 1 : map.version);
  }

  private publish(change: StateChange | undefined): void {
    if (!change) return;
    this.count(this.map.keys, this.map.memory + ROOM_OVERHEAD);
    this.sink.changed(change);
  }

  private count(keys: number, bytes: number): void {
    this.totals.keys += keys - this.counted.keys;
    this.totals.bytes += bytes - this.counted.bytes;
    this.counted = { keys, bytes };
  }
}

/** The states of the rooms of one node, in memory. `maxBytes` is for all rooms together; 0 means no limit. */
export function memoryState(maxBytes: number): State {
  const totals: Totals = { keys: 0, bytes: 0, maxBytes, lastTerm: 0, lastVersion: 0 };
  return {
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
      totals.lastVersion = version;
      totals.lastTerm = term;
    },
    open: (_room: RoomKey, sink, saved) => new MemoryRoomState(totals, sink, saved),
  };
}
