import { describe, expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { LoggedKeep, type LoggedKeepOptions } from "../../src/keep/logged-keep.ts";
import type { LoggedRooms } from "../../src/keep/logged-rooms.ts";
import { KeptFolder } from "../../src/keep/maintenance.ts";
import { defaultRoomOptions } from "../../src/state.ts";
import { MemorySharedRooms } from "../kit/memory-shared-rooms.ts";
import { until } from "../kit/wait.ts";
import { type SharedRoomsUnderTest, sharedRoomsContract } from "./shared-rooms.ts";
import { openIn, temporaryFolder } from "./sqlite-keep.ts";

function openKeep(folder: string, options: Partial<LoggedKeepOptions> = {}): LoggedKeep & { rooms: LoggedRooms } {
  const keep = new LoggedKeep({
    ...{ folder, sync: "normal" as const, clock: systemClock, maxChannels: 0, maxBytes: 0 },
    log: { propose: () => 0, shardOf: () => 1 },
    ...{ maxQueuedBytes: 1_000_000, ruleOf: () => undefined, inUse: () => true, failed() {}, damaged() {} },
    stateAge: () => 0,
    ...options,
  });
  const { rooms } = keep;
  if (!rooms) throw new Error("no rooms are kept");
  return Object.assign(keep, { rooms });
}

describe("kept rooms of a cluster in the file of the kept messages", () => {
  sharedRoomsContract((): SharedRoomsUnderTest => {
    const folder = temporaryFolder();
    let keep = openKeep(folder.folder);
    return {
      get store() {
        return keep.rooms;
      },
      async restart() {
        await keep.close();
        keep = openKeep(folder.folder);
      },
      async [Symbol.asyncDispose]() {
        await keep.close();
        folder[Symbol.dispose]();
      },
    };
  });
});

describe("kept rooms of a cluster in memory, as other tests use them", () => {
  sharedRoomsContract((): SharedRoomsUnderTest => {
    const clock = { every: () => () => {} };
    let store = new MemorySharedRooms({ clock });
    return {
      get store() {
        return store;
      },
      async restart() {
        store.kill();
        store = new MemorySharedRooms({ clock, disk: store.disk });
      },
      async [Symbol.asyncDispose]() {},
    };
  });
});

const room = { instance: "root", kind: "hub", name: "a" } as const;

async function storeOne(keep: { rooms: LoggedRooms }, text: string): Promise<void> {
  let isStored = false;
  keep.rooms.listen({
    due() {},
    stored() {
      isStored = true;
    },
    reload() {},
  });
  const content = {
    ...{ version: 5, options: defaultRoomOptions, changed: 1, isKept: true, isAwake: false, isNew: true, detail: "{}" },
    keys: [{ key: "k", text, version: 5 }],
  };
  void keep.rooms.store({
    ...{ shard: 1, position: { log: "log", position: 1 }, marks: { version: 9, term: 9 } },
    updates: [{ room, content }],
  });
  await until("the room", () => isStored);
}

test("R148 a node has no room for more kept rooms, or more bytes, than its limits say", async () => {
  using folder = temporaryFolder();
  const keep = openKeep(folder.folder, { maxChannels: 1, maxBytes: 200_000 });
  expect(keep.rooms.obstacleTo({ isNew: true, isGrowing: true })).toBeUndefined();
  await storeOne(keep, `"${"x".repeat(10)}"`);
  expect(keep.rooms.obstacleTo({ isNew: true, isGrowing: false })).toBe("keep-full");
  expect(keep.rooms.obstacleTo({ isNew: false, isGrowing: true })).toBeUndefined();
  await storeOne(keep, `"${"x".repeat(200_000)}"`);
  expect(keep.rooms.obstacleTo({ isNew: false, isGrowing: true })).toBe("keep-full");
  expect(keep.rooms.obstacleTo({ isNew: false, isGrowing: false })).toBeUndefined();
  await keep.close();
});

test("R148 the state of a room of a cluster is not deleted on one node alone", async () => {
  using folder = temporaryFolder();
  const keep = openKeep(folder.folder);
  await storeOne(keep, "1");
  await keep.close();
  using kept = KeptFolder.open(folder.folder);
  expect(kept?.purgeState(room)).toBe("shared");
  expect(kept?.state(room)?.keys).toHaveLength(1);
  expect(kept?.purgeState({ ...room, name: "other" })).toBe(false);
});

test("R148 a relay alone that opens the folder of a node has its rooms; they are no longer those of a position of the log", async () => {
  using folder = temporaryFolder();
  let keep = openKeep(folder.folder);
  await storeOne(keep, "1");
  await keep.close();
  const alone = openIn(folder.folder).keep;
  expect(alone.rooms.load(room)?.keys).toEqual([{ key: "k", text: "1", version: 5 }]);
  await alone.close();
  keep = openKeep(folder.folder);
  expect(keep.rooms.position(1)).toBeUndefined();
  expect(keep.rooms.load(room)).toBeUndefined();
  await keep.close();
});
