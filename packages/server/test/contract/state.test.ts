import { describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { SqliteKeep } from "../../src/keep/sqlite-keep.ts";
import type { RoomStore } from "../../src/room-store.ts";
import { keptState } from "../../src/state/kept-state.ts";
import { memoryState } from "../../src/state/memory-state.ts";
import { MemoryRooms } from "../kit/memory-rooms.ts";
import { type KeptStateUnderTest, keptStateContract, stateContract } from "./state.ts";

const keptOn = (store: RoomStore) =>
  keptState({ store, ageOf: () => 0, maxBytes: 0, clock: systemClock, failed: () => {} });

describe("the states of rooms in memory", () => {
  stateContract(() => ({ state: memoryState(0), async [Symbol.asyncDispose]() {} }));
});

describe("the states of kept rooms in SQLite", () => {
  const open = (): KeptStateUnderTest => {
    const folder = mkdtempSync(join(tmpdir(), "achex-test-"));
    const start = () =>
      new SqliteKeep({
        folder,
        sync: "normal",
        clock: systemClock,
        maxChannels: 0,
        maxBytes: 0,
        maxQueuedBytes: Number.POSITIVE_INFINITY,
        ruleOf: () => undefined,
        inUse: () => true,
        failed: () => {},
        damaged: () => {},
      });
    let keep = start();
    const it = {
      state: keptOn(keep.rooms),
      async restart(isClean: boolean) {
        if (isClean) await keep.close();
        else await keep.kill();
        keep = start();
        it.state = keptOn(keep.rooms);
      },
      async [Symbol.asyncDispose]() {
        await keep.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
    return it;
  };
  stateContract(open);
  keptStateContract(open);
});

describe("the states of kept rooms on a store in memory, as other tests use it", () => {
  const open = (): KeptStateUnderTest => {
    let store = new MemoryRooms();
    const it = {
      state: keptOn(store),
      async restart() {
        store = new MemoryRooms(store.disk);
        it.state = keptOn(store);
      },
      async [Symbol.asyncDispose]() {},
    };
    return it;
  };
  stateContract(open);
  keptStateContract(open);
});
