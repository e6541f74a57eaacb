import type { StateWrite } from "@achex/protocol";
import { keptState } from "../../../src/state/kept-state.ts";
import {
  defaultRoomOptions,
  type RoomState,
  type State,
  type StateChange,
  type WriteOutcome,
} from "../../../src/state.ts";
import { MemoryRooms } from "../../kit/memory-rooms.ts";
import { Random } from "../random.ts";

const ROOM = { instance: "root", kind: "hub", name: "room" } as const;
const KEYS = ["a", "b", "c", "d", "__proto__"] as const;
const SESSIONS = [1, 2, 3] as const;

type Values = ReadonlyMap<string, unknown>;

/** What followers of the room have been shown, over all processes. */
interface Shown {
  map: Map<string, unknown>;
  version: number;
  term: number;
}

/**
 * One kept room, written by several sessions, on a storage whose commits, failures and crashes the seed chooses. Followers see one
 * history of versions, in which no version names two maps; what was confirmed is there after a crash; a write with a term is
 * shown only while that is the term.
 */
export class KeptRoomSimulator {
  private readonly random: Random;
  private store = new MemoryRooms();
  private state: State = this.process();
  private room: RoomState;
  private shown: Shown = { map: new Map(), version: -1, term: 0 };
  /** Every map that was ever shown, by its version. */
  private readonly history = new Map<number, string>();
  /** Values of keys that belong to sessions, which no crash survives. */
  private readonly ownValues = new Set<unknown>();
  private readonly unsettled = new Set<Promise<void>>();
  private writes = 0;
  private highestTerm = 0;
  private readonly events: string[] = [];

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
    this.room = this.open();
    this.begin({ map: new Map(), version: 0, term: 0 });
  }

  async run(steps: number): Promise<void> {
    try {
      for (let step = 0; step < steps; step++) {
        this.step();
        if (this.random.chance(0.5)) await Promise.resolve();
      }
      this.store.isBroken = false;
      while (this.store.waiting > 0) {
        this.store.commit();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(this.unsettled);
      this.check("at the end");
    } catch (error) {
      const what = error instanceof Error ? error.stack : error;
      throw new Error(`seed ${this.seed}: ${what}\n  after ${this.events.slice(-30).join("\n        ")}`);
    }
  }

  private step(): void {
    const { random, store } = this;
    const session = random.pick(SESSIONS);
    switch (
      random.weighted({ write: 30, commit: 25, host: 4, release: 4, options: 3, trouble: 2, crash: 2, empty: 2 })
    ) {
      case "write":
        this.write(session);
        return;
      case "commit":
        store.commit(1);
        return;
      case "host":
        this.log(`host ${session}`);
        this.room.setHost(random.chance(0.8) ? session : undefined);
        return;
      case "release":
        this.log(`release ${session}`);
        this.room.release(session);
        return;
      case "options":
        this.watch(
          Promise.resolve(this.room.setOptions({ ...defaultRoomOptions, capacity: random.below(9) })),
          () => {},
        );
        return;
      case "trouble":
        store.isBroken = random.chance(0.3);
        store.rejects = random.chance(0.1) ? "keep-busy" : undefined;
        return;
      case "crash":
        this.restart();
        return;
      default:
        this.empty();
        return;
    }
  }

  private write(session: number): void {
    const { random } = this;
    const key = random.pick(KEYS);
    const values = new Map([[key, `${++this.writes}`]]);
    if (random.chance(0.3)) values.set(random.pick(KEYS), `${++this.writes}`);
    const isDeletion = random.chance(0.2);
    const own = random.chance(0.2);
    if (own) for (const value of values.values()) this.ownValues.add(Number(value));
    const write: StateWrite = {
      values: isDeletion ? new Map() : values,
      deletions: isDeletion ? [key] : [],
      increments: new Map(),
      conditions: random.chance(0.3) ? new Map([[key, Math.max(0, this.shown.version - random.below(3))]]) : new Map(),
      own,
      term: random.chance(0.3) ? this.shown.term : undefined,
    };
    this.log(`${session} writes ${JSON.stringify([...write.values])} ${write.deletions} ${write.own} ${write.term}`);
    this.watch(Promise.resolve(this.room.write(write, session)), (outcome) => this.confirmed(outcome));
  }

  private confirmed(outcome: WriteOutcome): void {
    if (outcome.kind !== "written") return;
    if (outcome.version > this.shown.version)
      throw new Error(`version ${outcome.version} was confirmed and ${this.shown.version} shown`);
  }

  /** The process ends at this step, and another begins. */
  private restart(): void {
    // Between the commit and what follows it.
    const isCommitted = this.random.chance(0.5) && this.store.waiting > 0;
    this.log(isCommitted ? "crash after a commit" : "crash");
    if (isCommitted) this.store.commitAndDie();
    this.unsettled.clear();
    this.store.disk.skipVersions();
    this.store = new MemoryRooms(this.store.disk);
    this.state = this.process();
    const before = this.shown;
    this.room = this.open();
    if (!isCommitted) this.checkKept(before);
    this.begin(before);
  }

  private checkKept({ map }: Shown): void {
    const now = mapOf(this.room.since("all"));
    for (const [key, value] of map)
      if (!this.ownValues.has(value) && now.get(key) !== value)
        throw new Error(`${key} was shown as ${value} and is ${now.get(key)} after a crash`);
  }

  /** The last member leaves, and another joins. */
  private empty(): void {
    this.log("empty");
    for (const session of SESSIONS) this.room.release(session);
    this.room.setHost(undefined);
    this.room.close();
    const before = this.shown;
    this.room = this.open();
    this.begin(before);
  }

  /** What a newcomer is sent: as much as was confirmed, and a version of its own. */
  private begin(before: Shown): void {
    const map = mapOf(this.room.since("all"));
    const { version } = this.room;
    if (version < before.version) throw new Error(`version ${version} came after ${before.version}`);
    // A room of which nothing was stored has no term before its first host.
    if (this.room.term < before.term && this.room.term > 0)
      throw new Error(`term ${this.room.term} came after ${before.term}`);
    this.show({ map: new Map(map), version, term: this.room.shown.term });
  }

  private process(): State {
    const { store } = this;
    store.isImmediate = false;
    return keptState({ store, ageOf: () => 0, maxBytes: 0, clock: { time: () => 1 }, failed: () => {} });
  }

  private open(): RoomState {
    const { store } = this;
    return this.state.open(ROOM, {
      changed: (change) => {
        if (store === this.store) this.changed(change);
      },
      hostChanged: (_host, term) => {
        if (store !== this.store) return;
        if (term <= this.highestTerm) throw new Error(`term ${term} came after ${this.highestTerm}`);
        this.highestTerm = term;
        this.shown.term = term;
      },
      optionsChanged() {},
    });
  }

  private changed(change: StateChange): void {
    const map = new Map(this.shown.map);
    for (const [key, value] of Object.entries(JSON.parse(change.values || "{}"))) map.set(key, value);
    for (const key of JSON.parse(change.deleted || "[]")) map.delete(key);
    if (change.version <= this.shown.version)
      throw new Error(`version ${change.version} came after ${this.shown.version}`);
    this.show({ ...this.shown, map, version: change.version });
  }

  private show(shown: Shown): void {
    this.shown = shown;
    const text = JSON.stringify([...shown.map].sort());
    const known = this.history.get(shown.version);
    if (known !== undefined && known !== text) throw new Error(`version ${shown.version} was ${known}, and is ${text}`);
    this.history.set(shown.version, text);
  }

  private check(when: string): void {
    const map = mapOf(this.room.since("all"));
    if (JSON.stringify([...map].sort()) !== JSON.stringify([...this.shown.map].sort()))
      throw new Error(`${when} the room is not what was shown`);
  }

  private watch<Outcome>(outcome: Promise<Outcome>, known: (outcome: Outcome) => void): void {
    const { store } = this;
    const watching = outcome.then((value) => {
      this.unsettled.delete(watching);
      if (store === this.store) known(value);
    });
    this.unsettled.add(watching);
  }

  private log(event: string): void {
    this.events.push(event);
  }
}

const mapOf = (change: StateChange | undefined): Values => new Map(Object.entries(JSON.parse(change?.values || "{}")));
