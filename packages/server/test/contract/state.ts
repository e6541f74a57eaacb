import { expect, test } from "bun:test";
import type { StateWrite } from "@achex/protocol";
import {
  defaultRoomOptions,
  type RoomKey,
  type RoomState,
  type SavedRoomState,
  type State,
  type WriteOutcome,
} from "../../src/state.ts";

/** An implementation on storage of its own. */
export interface StateUnderTest extends AsyncDisposable {
  readonly state: State;
}

/** One whose rooms outlive the process. */
export interface KeptStateUnderTest extends StateUnderTest {
  /** Stops cleanly, or as `kill -9` would, and starts again on the same storage. */
  restart(isClean: boolean): Promise<void>;
}

export const key = (name: string): RoomKey => ({ instance: "root", kind: "hub", name });

type Parts = { [Part in keyof StateWrite]?: StateWrite[Part] };

export const write = (values: Readonly<Record<string, unknown>>, parts: Parts = {}): StateWrite => ({
  values: new Map(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)])),
  deletions: [],
  increments: new Map(),
  conditions: new Map(),
  own: false,
  term: undefined,
  ...parts,
});

/** A room with what its sink was told. */
export function openRoom(state: State, name: string, saved?: SavedRoomState) {
  const told: string[] = [];
  const room = state.open(
    key(name),
    {
      changed: ({ version, values, deleted }) => told.push(`${version} ${values}${deleted}`),
      hostChanged: (host, term) => told.push(`host ${host} ${term}`),
      optionsChanged: () => told.push("options"),
    },
    saved,
  );
  return { room, told };
}

/** The map of a room. */
export const mapOf = (room: RoomState): unknown => JSON.parse(room.since("all")?.values || "{}");

const versionOf = (outcome: WriteOutcome): number => (outcome.kind === "written" ? outcome.version : Number.NaN);

/** What every State promises (see the seam's own words). */
export function stateContract(open: () => StateUnderTest): void {
  test("R102 R104 the sink is called before its outcome is known, in the order of the writes", async () => {
    await using it = open();
    const { room, told } = openRoom(it.state, "a");
    const first = room.version;
    const outcomes = [room.write(write({ k: 1 }), 1), room.write(write({ k: 2, l: 3 }), 2)];
    expect(await outcomes[1]).toMatchObject({ kind: "written", version: first + 2 });
    expect(told).toEqual([`${first + 1} {"k":1}`, `${first + 2} {"k":2,"l":3}`]);
    expect(mapOf(room)).toEqual({ k: 2, l: 3 });
  });

  test("R105 R106 R107 a write is judged by all writes before it, and a rejected one changes nothing", async () => {
    await using it = open();
    const { room, told } = openRoom(it.state, "a");
    const { version } = room;
    const outcomes = await Promise.all([
      room.write(write({ k: 1 }), 1),
      room.write(write({ k: 2 }, { conditions: new Map([["k", version]]) }), 2),
      room.write(write({}, { increments: new Map([["k", 5]]) }), 2),
      room.write(write({ mine: 1 }, { own: true }), 1),
      room.write(write({ mine: 2 }), 2),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["written", "state-conflict", "written", "written", "not-owner"]);
    expect(mapOf(room)).toEqual({ k: 6, mine: 1 });
    expect(told).toHaveLength(3);
  });

  test("R106 the keys of a session are deleted, in order with the writes", async () => {
    await using it = open();
    const { room, told } = openRoom(it.state, "a");
    void room.write(write({ mine: 1 }, { own: true }), 1);
    room.release(1);
    await room.write(write({ k: 1 }), 2);
    expect(mapOf(room)).toEqual({ k: 1 });
    expect(told).toHaveLength(3);
  });

  test("R112 R114 a change of host is told in order with the writes, and makes earlier terms stale at once", async () => {
    await using it = open();
    const { room, told } = openRoom(it.state, "a");
    const { version } = room;
    room.setHost(1);
    const { term } = room;
    const inTime = room.write(write({ k: 1 }, { term }), 1);
    room.setHost(2);
    const late = room.write(write({ k: 2 }, { term }), 1);
    expect([(await inTime).kind, (await late).kind]).toEqual(["written", "stale-term"]);
    expect(told).toEqual([`host 1 ${term}`, `${version + 1} {"k":1}`, `host 2 ${room.term}`]);
    expect(room.term).toBeGreaterThan(term);
    expect(room.shown).toMatchObject({ host: 2, term: room.term });
  });

  test("R120 a change of options is told in order with the writes, and is in force at once", async () => {
    await using it = open();
    const { room, told } = openRoom(it.state, "a");
    const before = room.write(write({ k: 1 }), 1);
    const outcome = room.setOptions({ ...defaultRoomOptions, capacity: 3 });
    expect(room.options.capacity).toBe(3);
    expect([(await before).kind, (await outcome).kind]).toEqual(["written", "set"]);
    expect(told.slice(-1)).toEqual(["options"]);
    expect(room.shown.options.capacity).toBe(3);
  });

  test("R103 R112 a later room of the same name has higher versions and terms", async () => {
    await using it = open();
    const { room } = openRoom(it.state, "a");
    room.setHost(1);
    const { term } = room;
    const version = versionOf(await room.write(write({ k: 1 }), 1));
    room.setHost(undefined);
    room.close();
    const next = openRoom(it.state, "a").room;
    expect(next.version).toBeGreaterThan(version);
    next.setHost(2);
    expect(next.term).toBeGreaterThan(term);
  });
}

/** What a State promises of the rooms that it keeps. */
export function keptStateContract(open: () => KeptStateUnderTest): void {
  test("R148 state and options outlive the members of a room, but no keys of sessions, host or `closed`", async () => {
    await using it = open();
    const { room } = openRoom(it.state, "a");
    room.setHost(1);
    await room.write(write({ k: 1, mine: 1 }), 1);
    await room.write(write({ mine: 2 }, { own: true }), 1);
    const options = { ...defaultRoomOptions, capacity: 3, passwordDigest: "digest", closed: true };
    await room.setOptions(options);
    room.release(1);
    room.setHost(undefined);
    room.close();
    const next = openRoom(it.state, "a").room;
    await it.state.kept?.settled();
    expect(mapOf(next)).toEqual({ k: 1 });
    expect(next.options).toEqual({ ...options, closed: false });
    expect(next.host).toBeUndefined();
  });

  for (const isClean of [true, false]) {
    test(`R148 R103 R112 all that was confirmed outlives ${isClean ? "a clean stop" : "kill -9"}; versions and terms grow`, async () => {
      await using it = open();
      const { room } = openRoom(it.state, "a");
      room.setHost(1);
      const { term } = room;
      for (let count = 0; count < 20; count++) await room.write(write({ [`k${count % 5}`]: count, own: count }), 1);
      await room.write(write({}, { deletions: ["k0"] }), 1);
      const version = versionOf(await room.write(write({ own: 1 }, { own: true }), 1));
      await room.setOptions({ ...defaultRoomOptions, seats: 7 });
      await it.restart(isClean);
      const next = openRoom(it.state, "a").room;
      expect(mapOf(next)).toEqual({ k1: 16, k2: 17, k3: 18, k4: 19 });
      expect(next.options.seats).toBe(7);
      expect(next.version).toBeGreaterThan(version);
      expect(next.term).toBeGreaterThan(term);
      next.setHost(2);
      expect(next.term).toBeGreaterThan(term);
      // A reader of an earlier version gets the whole map, and a condition on one does not hold by mistake.
      expect(next.since(version)).toBeUndefined();
      const stale = await next.write(write({ own: 3 }, { conditions: new Map([["own", version - 1]]) }), 2);
      expect(stale.kind).toBe("state-conflict");
    });
  }

  test("R148 writes that were under way when the last member left are stored", async () => {
    await using it = open();
    const { room } = openRoom(it.state, "a");
    const writes = Array.from({ length: 50 }, (_, n) => room.write(write({ [`k${n}`]: n }), 1));
    room.close();
    await Promise.all(writes);
    await it.restart(false);
    expect(Object.keys(Object(mapOf(openRoom(it.state, "a").room)))).toHaveLength(50);
  });

  test("R148 a room is prepared for its first member, and its options can be stored before it", async () => {
    await using it = open();
    const { kept } = it.state;
    expect(kept?.prepare(key("a"))).toMatchObject({ options: undefined });
    expect(await kept?.create(key("a"), { ...defaultRoomOptions, capacity: 2 })).toEqual({ kind: "set" });
    expect(await kept?.create(key("a"), { ...defaultRoomOptions, capacity: 9 })).toEqual({ kind: "exists" });
    await it.restart(false);
    expect(it.state.kept?.prepare(key("a"))).toMatchObject({ options: { capacity: 2 } });
    expect(openRoom(it.state, "a").room.options.capacity).toBe(2);
  });

  test("R148 R82 sessions that are restored keep their keys, the host and its term", async () => {
    await using it = open();
    const { room } = openRoom(it.state, "a");
    room.setHost(1);
    const { term } = room;
    await room.write(write({ k: 1 }), 1);
    await room.write(write({ mine: 2 }, { own: true }), 1);
    const saved = { ...room.save(), options: room.options };
    await it.restart(true);
    const next = openRoom(it.state, "a", saved).room;
    expect(mapOf(next)).toEqual({ k: 1, mine: 2 });
    expect(next).toMatchObject({ host: 1, term, version: saved.version });
    next.release(1);
    await it.state.kept?.settled();
    expect(mapOf(next)).toEqual({ k: 1 });
  });
}
