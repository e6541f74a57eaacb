import { expect, test } from "bun:test";
import type { RoomCheckpoint, SharedRoomStore, SharedRoomUpdate } from "../../src/shared-room-store.ts";
import { defaultRoomOptions, type RoomKey } from "../../src/state.ts";
import { until } from "../kit/wait.ts";

export interface SharedRoomsUnderTest extends AsyncDisposable {
  readonly store: SharedRoomStore;
  /** Ends, with what is certain, and starts again on the same storage. */
  restart(): Promise<void>;
}

const room = (name: string, instance = "root"): RoomKey => ({ instance, kind: "hub", name });

type Content = NonNullable<SharedRoomUpdate["content"]>;

const update = (name: string, keys: Content["keys"], more: Partial<Content> = {}): SharedRoomUpdate => ({
  room: room(name),
  content: {
    ...{ version: 5, options: defaultRoomOptions, changed: 1_000, isKept: true, isAwake: false, isNew: false },
    ...{ detail: '{"d":1}', keys },
    ...more,
  },
});

const checkpoint = (position: number, ...updates: SharedRoomUpdate[]): RoomCheckpoint => ({
  ...{ shard: 1, position: { log: "log", position }, marks: { version: position * 10, term: position }, updates },
});

/** What every SharedRoomStore promises (see the seam's own words). */
export function sharedRoomsContract(open: () => SharedRoomsUnderTest): void {
  /** Stores checkpoints and waits until they are certain. */
  async function store(it: SharedRoomsUnderTest, ...checkpoints: readonly RoomCheckpoint[]): Promise<void> {
    let stored = 0;
    it.store.listen({ due() {}, stored: () => void stored++, reload() {} });
    for (const one of checkpoints) void it.store.store(one);
    await until("the checkpoints", () => stored === checkpoints.length);
  }

  test("R148 a checkpoint outlives the process, with its position and marks, and later ones add to it", async () => {
    await using it = open();
    expect(it.store.position(1)).toBeUndefined();
    expect(it.store.load(room("a"))).toBeUndefined();
    const one = { key: "one", text: "1", version: 4 };
    const two = { key: "two", text: '"é"', version: 5 };
    await store(
      it,
      checkpoint(7, update("a", [one, two], { isNew: true }), update("b", [one])),
      checkpoint(
        8,
        update("a", [{ key: "one", text: null, version: 6 }], { version: 6, changed: 2_000, detail: "{}" }),
        { room: room("b"), content: undefined },
      ),
    );
    await it.restart();
    expect(it.store.position(1)).toEqual({ log: "log", position: 8 });
    expect(it.store.position(0)).toBeUndefined();
    expect(it.store.marks(1)).toEqual({ version: 80, term: 8 });
    expect(it.store.load(room("a"))).toEqual({
      ...{ version: 6, changed: 2_000, isKept: true, detail: "{}", options: defaultRoomOptions, keys: [two] },
    });
    for (const gone of [room("b"), room("a", "other")]) expect(it.store.load(gone)).toBeUndefined();
  });

  test("R148 a new room replaces what was stored under its name", async () => {
    await using it = open();
    const [one, two] = [
      { key: "one", text: "1", version: 4 },
      { key: "two", text: "2", version: 9 },
    ];
    await store(it, checkpoint(1, update("a", [one])), checkpoint(2, update("a", [two], { isNew: true })));
    expect(it.store.load(room("a"))?.keys).toEqual([two]);
  });

  test("R148 rooms with members are found at the start, those without are given in turn, with what a join has to know", async () => {
    await using it = open();
    const options = { ...defaultRoomOptions, capacity: 3, passwordDigest: "digest" };
    const sleeping = Array.from({ length: 250 }, (_, n) => update(`s${n}`, [{ key: "k", text: "12", version: 1 }]));
    await store(it, checkpoint(1, update("awake", [], { isAwake: true, options }), ...sleeping));
    await it.restart();
    expect(Array.from(it.store.awake(), ([{ name }, { options: own }]) => [name, own])).toEqual([["awake", options]]);
    expect(it.store.outline(room("s1"))).toMatchObject({ options: defaultRoomOptions });
    expect(it.store.outline(room("s1"))?.bytes).toBeGreaterThan(2);
    const seen = new Set<string>();
    for (let count = 0; count < 4; count++) for (const { name } of it.store.idle()) seen.add(name);
    expect(seen.size).toBe(250);
    expect(it.store.idle()[0]).toMatchObject({ instance: "root", kind: "hub", changed: 1_000, version: 5 });
  });

  test("R148 R165 a copy has all rooms, positions and marks, and replaces what was there", async () => {
    await using it = open();
    await using other = open();
    await store(it, checkpoint(3, update("a", [{ key: "k", text: "1", version: 2 }])));
    await store(other, checkpoint(9, update("b", [])));
    let reloads = 0;
    other.store.listen({ due() {}, stored() {}, reload: () => void reloads++ });
    await other.store.restore(it.store.copy());
    expect(reloads).toBe(1);
    expect(other.store.load(room("b"))).toBeUndefined();
    expect(other.store.load(room("a"))).toEqual(it.store.load(room("a")));
    expect(other.store.position(1)).toEqual({ log: "log", position: 3 });
    expect(other.store.marks(1)).toEqual(it.store.marks(1));
  });
}
